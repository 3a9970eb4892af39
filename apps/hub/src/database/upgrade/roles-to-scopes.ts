import type { Database } from '../database.js';
import { fromDbJson, toDbJson } from '../values.js';

const ROWS_PER_STATEMENT = 500;

/** What only JupyterHub 2 has. */
export const ROLE_MAPS_OF_2 = ['oauth_code_role_map', 'api_token_role_map', 'oauth_client_role_map'] as const;

/** Whose roles become scopes, and where both are written. */
const HOLDERS = [
  { table: 'api_tokens', map: 'api_token_role_map', key: 'api_token_id', column: 'scopes' },
  { table: 'oauth_clients', map: 'oauth_client_role_map', key: 'oauth_client_id', column: 'allowed_scopes' },
] as const;

type Holders = (typeof HOLDERS)[number];

/** Who had roles gets the scopes of these roles; OAuth clients also what leads to their own server or service (JupyterHub 3.0). */
export async function rolesToScopes(db: Database): Promise<void> {
  // codes are gone within minutes
  await db.schema.dropTableIfExists('oauth_code_role_map');
  await addText(db, 'oauth_codes', 'scopes');
  for (const holders of HOLDERS) {
    await addText(db, holders.table, holders.column);
    if (!(await db.schema.hasTable(holders.map))) continue;
    await writeScopes(db, holders, await scopesByHolder(db, holders));
    await db.schema.dropTable(holders.map);
  }
}

async function addText(db: Database, table: string, column: string): Promise<void> {
  if (!(await db.schema.hasTable(table)) || (await db.schema.hasColumn(table, column))) return;
  await db.schema.alterTable(table, (t) => t.text(column));
}

async function scopesByHolder(db: Database, { table, map, key }: Holders): Promise<Map<number, Set<string>>> {
  const ids: number[] = await db(table as string).pluck('id');
  const found = new Map(ids.map((id) => [id, new Set<string>()]));
  const rows: { holder: number; scopes: string | null }[] = await db
    .from(`${map} as m`)
    .join('roles as r', 'r.id', 'm.role_id')
    .select(`m.${key} as holder`, 'r.scopes as scopes');
  const add = (id: number, scopes: readonly string[]) => scopes.forEach((scope) => found.get(id)?.add(scope));
  for (const { holder, scopes } of rows) add(holder, fromDbJson<string[]>(scopes, []));
  if (table === 'oauth_clients') for (const { holder, scope } of await accessScopes(db)) add(holder, [scope]);
  return found;
}

async function accessScopes(db: Database): Promise<{ holder: number; scope: string }[]> {
  const clients = () => db.from('oauth_clients as c').whereNot('c.identifier', 'jupyterhub');
  const servers: { holder: number; user: string; name: string | null }[] = await clients()
    .join('spawners as s', 's.oauth_client_id', 'c.identifier')
    .join('users as u', 'u.id', 's.user_id')
    .select('c.id as holder', 'u.name as user', 's.name as name');
  const services: { holder: number; name: string }[] = await clients()
    .join('services as s', 's.oauth_client_id', 'c.identifier')
    .select('c.id as holder', 's.name as name');
  return [
    ...servers.map(({ holder, user, name }) => ({ holder, scope: `access:servers!server=${user}/${name ?? ''}` })),
    ...services.map(({ holder, name }) => ({ holder, scope: `access:services!service=${name}` })),
  ];
}

/** There are few sets of scopes, whatever the number of tokens: one statement for each hundreds of them. */
async function writeScopes(db: Database, { table, column }: Holders, scopes: ReadonlyMap<number, ReadonlySet<string>>): Promise<void> {
  const idsByText = new Map<string, number[]>();
  for (const [id, found] of scopes) {
    const text = toDbJson([...found].sort());
    const ids = idsByText.get(text) ?? [];
    ids.push(id);
    idsByText.set(text, ids);
  }
  for (const [text, ids] of idsByText) {
    for (let start = 0; start < ids.length; start += ROWS_PER_STATEMENT) {
      await db(table as string).whereIn('id', ids.slice(start, start + ROWS_PER_STATEMENT)).update({ [column]: text });
    }
  }
}
