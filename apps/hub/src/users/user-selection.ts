import type { Reads } from '../database/reads.js';
import { toNameList } from '../database/values.js';

export type UserSort = 'id' | 'name' | 'last_activity';
/** JupyterHub's, and `failed`: the last start of a server failed. */
export type UserState = 'active' | 'ready' | 'inactive' | 'failed';

/** Which users a list shows, and in which order. */
export interface UserQuery {
  state?: UserState;
  nameFilter?: string;
  sort: UserSort;
  descending: boolean;
  /** Whom the caller may see; undefined: everybody. */
  within?: { users: string[]; groups: string[] };
  offset: number;
  limit: number;
  /** Whether somebody wants to know how many there are in all, which costs a walk through all of them. */
  counted: boolean;
}

/** A condition on `users`, with the values of its `?`. */
export interface Selection {
  where: string;
  values: unknown[];
}

/** Whoever has a server that is not stopped: few among many, found by an index on `server_id`. */
const OWNERS = 'SELECT s.user_id FROM spawners s WHERE s.server_id IS NOT NULL AND s.user_id IS NOT NULL';
const OWNERS_OF_READY = `SELECT s.user_id FROM spawners s JOIN elara_server_lifecycle l ON l.spawner_id = s.id
  WHERE s.server_id IS NOT NULL AND s.user_id IS NOT NULL AND l.state = 'ready'`;

/** Whoever has a server that did not start; few, too, and in an index of their own. */
const OWNERS_OF_FAILED = `SELECT s.user_id FROM spawners s JOIN elara_server_lifecycle l ON l.spawner_id = s.id
  WHERE s.user_id IS NOT NULL AND l.failure_code IS NOT NULL AND l.state = 'stopped'`;

const STATES: Record<UserState, string> = {
  active: `users.id IN (${OWNERS})`,
  ready: `users.id IN (${OWNERS_OF_READY})`,
  inactive: `users.id NOT IN (${OWNERS})`,
  failed: `users.id IN (${OWNERS_OF_FAILED})`,
};

/**
 * The condition of a list; texts differ only by what is asked, never by its values, so that each is prepared once.
 * @param nameList `Reads.nameList`
 */
export function selectionOf({ state, nameFilter, within }: UserQuery, nameList: string): Selection {
  const parts: Selection[] = [];
  if (within) parts.push(visibleTo(within, nameList));
  // as in JupyterHub, % and _ in the filter are wildcards, and the case of letters does not matter
  if (nameFilter) parts.push({ where: 'LOWER(users.name) LIKE LOWER(?)', values: [`%${nameFilter}%`] });
  if (state) parts.push({ where: STATES[state], values: [] });
  return { where: parts.map(({ where }) => where).join(' AND ') || '1 = 1', values: parts.flatMap(({ values }) => values) };
}

function visibleTo({ users, groups }: { users: string[]; groups: string[] }, nameList: string): Selection {
  const members = `SELECT ug.user_id FROM user_group_map ug JOIN "groups" g ON g.id = ug.group_id WHERE g.name IN ${nameList}`;
  return { where: `(users.name IN ${nameList} OR users.id IN (${members}))`, values: [toNameList(users), toNameList(groups)] };
}

/** `ORDER BY` with the id as the last word, so that pages never overlap. */
export function orderOf({ sort, descending }: UserQuery, order: Pick<Reads, 'ascending' | 'descending'>): string {
  return `ORDER BY users.${sort} ${descending ? order.descending : order.ascending}, users.id ${descending ? 'DESC' : 'ASC'}`;
}
