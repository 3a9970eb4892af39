import { readFileSync } from 'node:fs';
import { isAlive, processesIn, type TestHub } from './hub.js';

/** A living process below a hub's folder. */
export interface Found {
  pid: number;
  env: Readonly<Record<string, string | undefined>>;
}

/** What runs for a hub, by what each process was started for. */
export interface Census {
  /** By "user/server". */
  servers: Map<string, Found[]>;
  /** By name. */
  services: Map<string, Found[]>;
  /** Everything else: the hub, the proxy, and what should not be there. */
  others: number[];
}

/** Looks at all living processes that work below the hub's folder. */
export function census(hub: TestHub): Census {
  const found: Census = { servers: new Map(), services: new Map(), others: [] };
  for (const process of processesIn(hub.dir).filter(isAlive).map(withEnvironment)) {
    const { JUPYTERHUB_USER: user, JUPYTERHUB_SERVER_NAME: server, JUPYTERHUB_SERVICE_NAME: service } = process.env;
    if (service) add(found.services, service, process);
    else if (user) add(found.servers, `${user}/${server ?? ''}`, process);
    else found.others.push(process.pid);
  }
  return found;
}

function withEnvironment(pid: number): Found {
  try {
    const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return { pid, env: Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2) as [string, string])) };
  } catch {
    // it ended just now
    return { pid, env: {} };
  }
}

function add(map: Map<string, Found[]>, key: string, process: Found): void {
  map.set(key, [...(map.get(key) ?? []), process]);
}
