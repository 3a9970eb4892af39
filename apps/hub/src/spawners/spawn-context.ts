import type { ServerAddress } from './spawner.js';
import type { SpawnerTraits } from '../config/hooks/values.js';

/** Everything a driver needs to start one server. */
export interface SpawnContext {
  user: { id: number; name: string };
  /** '' for the default server. */
  server: string;
  /** For messages: `alice` or `alice:lab`. */
  logName: string;
  traits: SpawnerTraits;
  /** `cmd` and `args` together. */
  argv: readonly string[];
  /** The complete environment, once the driver knows where the server will listen. */
  environment(address: ServerAddress): Record<string, string>;
  /** What the person chose on the options form or in the request. */
  options: Record<string, unknown>;
  /** Absolute path of the file that takes the server's output; the driver creates it with mode 0600. */
  logFile: string;
}

/** `alice` for the default server, `alice:lab` for a named one, as JupyterHub's messages call them. */
export const logName = (user: string, server: string): string => (server ? `${user}:${server}` : user);
