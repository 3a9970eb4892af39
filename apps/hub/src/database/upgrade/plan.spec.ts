import { expect, test } from 'vitest';
import { SCHEMA_REVISION } from '../schema.js';
import { upgradePlan } from './plan.js';

const NAME = 'the database /srv/hub.sqlite';
const plan = (revision: string | undefined, isNew = false) => upgradePlan({ isNew, revision }, NAME);

test.each([
  ['833da8570507', '2.0', 8],
  ['651f5419b74d', '3.0', 7],
  ['4621fec11365', '5.0', 4],
  [SCHEMA_REVISION, '6.0', 0],
])('from %s, of JupyterHub %s, it is %i steps to ours', (revision, since, steps) => {
  const { from, steps: found } = plan(revision);
  expect(from).toMatchObject({ id: revision, since });
  expect(found).toHaveLength(steps);
  if (steps > 0) expect(found.at(-1)!.id).toBe(SCHEMA_REVISION);
});

test('a new database has no way to go', () => expect(plan(undefined, true)).toEqual({ from: undefined, steps: [] }));

test.each([
  ['ffffffffffff', 'nobody here knows its schema, revision ffffffffffff; it is that of a JupyterHub after 6.0, or of another program'],
  ['4dc2d5a8c53c', 'its schema, revision 4dc2d5a8c53c, is that of JupyterHub 1 or before; run "jupyterhub upgrade-db" of any version from 2.0 to 5.x first'],
  [undefined, 'it has tables of a hub, but no revision in alembic_version'],
])('%s is refused', (revision, why) => {
  expect(() => plan(revision)).toThrow(`cannot upgrade ${NAME}: because ${why}`);
});
