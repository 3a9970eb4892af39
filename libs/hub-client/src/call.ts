import type { Transport } from './transport.js';

/** What every call takes last. */
export interface CallOptions {
  /** Ends the call early. */
  signal?: AbortSignal | undefined;
}

/** Sends a JSON body, if there is one, and returns the JSON of the answer. @throws what Transport.send throws */
export async function json<T>(hub: Transport, method: string, path: string, body: unknown, { signal }: CallOptions): Promise<T> {
  return (await hub.send<T>(method, path, { body, signal })).body;
}
