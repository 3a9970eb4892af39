import knex from 'knex';
import { census } from '../support/census.js';
import { isAlive, type TestHub } from '../support/hub.js';

interface ServerModel {
  name: string;
  ready: boolean;
  pending: string | null;
}

interface UserModel {
  name: string;
  servers: Record<string, ServerModel>;
}

/** A hub under test with the token of its admin service. */
export interface Subject {
  hub: TestHub;
  token: string;
  /** Managed services, each of which has exactly one process while all is well. */
  services: readonly string[];
  /** File of its database. */
  database: string;
}

export interface Mismatch {
  orphaned: number[];
  missing: string[];
  pending: string[];
  routes: string[];
}

/** Compares what the API says with the processes and the proxy's routes. */
export async function mismatches({ hub, token, services }: Subject): Promise<Mismatch> {
  const servers = await serversOf(hub, token);
  const found = census(hub);
  const ready = servers.filter(({ model }) => model.ready).map(({ key }) => key);
  const proxies = [hub.process!.pid!, hub.proxyPid];
  return {
    orphaned: [
      ...[...found.servers].flatMap(([key, processes]) => processes.slice(ready.includes(key) ? 1 : 0).map(({ pid }) => pid)),
      ...[...found.services].flatMap(([name, processes]) => processes.slice(services.includes(name) ? 1 : 0).map(({ pid }) => pid)),
      ...found.others.filter((pid) => !proxies.includes(pid) && isAlive(pid)),
    ],
    missing: [...ready.filter((key) => !found.servers.has(key)), ...services.filter((name) => !found.services.has(name))],
    pending: servers.filter(({ model }) => model.pending !== null).map(({ key }) => key),
    routes: await wrongRoutes(hub, token, ready),
  };
}

/** Whether nothing is between two states and everything is as the API says. */
export const isSettled = (found: Mismatch): boolean => Object.values(found).every((list) => (list as unknown[]).length === 0);

async function serversOf(hub: TestHub, token: string): Promise<{ key: string; model: ServerModel }[]> {
  const users = (await (await hub.request('GET', '/users?limit=200', { token })).json()) as UserModel[];
  return users.flatMap(({ name, servers }) => Object.values(servers).map((model) => ({ key: `${name}/${model.name}`, model })));
}

/** Servers without a route, and routes without a server. */
async function wrongRoutes(hub: TestHub, token: string, ready: readonly string[]): Promise<string[]> {
  const answer = await hub.request('GET', '/proxy?limit=200', { token });
  if (!answer.ok) return [`the proxy answers ${answer.status}`];
  const routed = Object.keys((await answer.json()) as object).filter((spec) => spec.startsWith('/user/'));
  const wanted = ready.map((key) => `/user/${key.endsWith('/') ? key : `${key}/`}`);
  return [...wanted.filter((spec) => !routed.includes(spec)), ...routed.filter((spec) => !wanted.includes(spec))];
}

/** Rows that are still pending after their deadline. */
export async function overdueRows({ database }: Subject): Promise<number> {
  const db = knex({ client: 'sqlite3', connection: { filename: database }, useNullAsDefault: true });
  try {
    const now = new Date().toISOString().replace('T', ' ').slice(0, 23);
    return (await db('elara_server_lifecycle').whereIn('state', ['spawn-pending', 'stop-pending']).where('deadline', '<', now)).length;
  } finally {
    await db.destroy();
  }
}

/** Pids of the servers of these people that run now. */
export function serverPids(hub: TestHub, users: readonly string[]): number[] {
  const { servers } = census(hub);
  return users.flatMap((name) => (servers.get(`${name}/`) ?? []).map(({ pid }) => pid));
}
