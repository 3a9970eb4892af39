import { readFile, rm, writeFile } from 'node:fs/promises';
import type { ProcessIdentity } from '#process';

/** What a later hub needs to take over the proxy that this one started. */
export interface ChpRecord {
  process: ProcessIdentity;
  token: string;
  /** The command line; a proxy that was started otherwise is not the one that is wanted now. */
  command: string[];
}

/** The pid file, as JupyterHub writes it, and beside it a file only we may read with what a pid does not tell. */
export class ChpFiles {
  readonly #record: string;

  constructor(private readonly pidFile: string) {
    this.#record = `${pidFile}.json`;
  }

  async write(record: ChpRecord): Promise<void> {
    // never in place: an older file may have other permissions
    await rm(this.#record, { force: true });
    await writeFile(this.#record, JSON.stringify(record), { mode: 0o600 });
    await writeFile(this.pidFile, String(record.process.pid));
  }

  async remove(): Promise<void> {
    await rm(this.#record, { force: true });
    await rm(this.pidFile, { force: true });
  }

  /** What an earlier hub wrote; undefined when there is nothing, or it cannot be understood. */
  async record(): Promise<ChpRecord | undefined> {
    try {
      const record = JSON.parse((await read(this.#record)) ?? 'null') as ChpRecord | null;
      return record && typeof record.token === 'string' && Array.isArray(record.command) && Number.isInteger(record.process?.pid) ? record : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async pid(): Promise<number | undefined> {
    const pid = Number(await read(this.pidFile));
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  }
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
