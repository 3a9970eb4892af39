import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { root } from './hub.js';

/** Debian's, which has JupyterHub's own code. */
const PYTHON = '/usr/bin/python3';

export const JUPYTERHUB_2 = '833da8570507';
export const JUPYTERHUB_3 = '651f5419b74d';
export const JUPYTERHUB_5 = '4621fec11365';

export interface MadeDatabase {
  tokens: Record<'ada' | 'bob' | 'configured' | 'board' | 'expired', string>;
  cookie_id: string;
}

/** Fills an empty database by JupyterHub's own code; see hub-database.py. */
export function makeHubDatabase(url: string, revision: string): MadeDatabase {
  const script = path.join(root, 'test', 'support', 'hub-database.py');
  return JSON.parse(python([script, url, revision])) as MadeDatabase;
}

/** Brings a database to the schema of JupyterHub 3.0.0 by JupyterHub's own migration. */
export function upgradeToJupyterHub3(url: string): void {
  const migrate = `
import sys, alembic.config
from jupyterhub.dbutil import _temp_alembic_ini
with _temp_alembic_ini(sys.argv[1]) as ini:
    alembic.config.main(['-c', ini, 'upgrade', 'head'])`;
  python(['-c', migrate, url]);
}

/**
 * Reads every value of a SQLite file by JupyterHub's own code, which is strict about their formats.
 * @param token made by Elara
 * @returns whose token JupyterHub takes it for
 */
export function readByJupyterHub(file: string, token: string): string {
  const read = `
import sys
from jupyterhub import orm
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
db = Session(create_engine('sqlite:///' + sys.argv[1]))
for mapper in orm.Base.registry.mappers:
    rows = db.query(mapper.class_).all()
    assert rows or mapper.class_ is orm.OAuthCode, mapper.class_.__name__
    for row in rows:
        for column in mapper.columns:
            value = getattr(row, column.key)
            if value is not None and column.type.__class__.__name__ in ('Integer', 'Boolean', 'Unicode', 'DateTime'):
                assert isinstance(value, column.type.python_type), (column, value)
print(orm.APIToken.find(db, sys.argv[2]).user.name)`;
  return python(['-c', read, file, token]).trim();
}

function python(args: string[]): string {
  return execFileSync(PYTHON, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
