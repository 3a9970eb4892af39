import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What stands on the board; '' everywhere when nothing does. The fields are those of JupyterHub's announcement example. */
export interface Announcement {
  announcement: string;
  /** Who posted it. */
  user: string;
  /** When, as ISO 8601 in UTC. */
  timestamp: string;
}

/** Characters of an announcement. */
export const MAX_ANNOUNCEMENT = 10_000;

export const NOTHING: Announcement = { announcement: '', user: '', timestamp: '' };

/** One announcement, kept in a file so that it survives restarts. */
export class Board {
  #current: Announcement;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    current: Announcement,
  ) {
    this.#current = current;
  }

  /**
   * Reads the board; a file that is not there yet is an empty board.
   *
   * @throws Error naming the file when it cannot be read or holds something else
   */
  static async load(file: string): Promise<Board> {
    try {
      return new Board(file, parse(await readFile(file, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Board(file, NOTHING);
      throw new Error(`cannot read the announcement in ${file}: because ${(error as Error).message}`, { cause: error });
    }
  }

  get current(): Announcement {
    return this.#current;
  }

  /** Replaces what is on the board. @throws Error when the file cannot be written; the board then stays as it was */
  async post(announcement: string, user: string): Promise<Announcement> {
    return this.#replace({ announcement, user, timestamp: new Date().toISOString() });
  }

  /** Empties the board. @throws Error when the file cannot be written */
  async clear(): Promise<Announcement> {
    return this.#replace(NOTHING);
  }

  /** One after the other: the last to come is what stays. */
  async #replace(next: Announcement): Promise<Announcement> {
    const turn = this.#writing.then(async () => {
      await writeWhole(this.file, `${JSON.stringify(next, null, 2)}\n`);
      this.#current = next;
    });
    this.#writing = turn.catch(() => undefined);
    await turn;
    return next;
  }
}

function parse(text: string): Announcement {
  const { announcement, user, timestamp } = JSON.parse(text) as Partial<Announcement>;
  if (typeof announcement !== 'string' || announcement.length > MAX_ANNOUNCEMENT) throw new Error('it holds no announcement');
  return { announcement, user: String(user ?? ''), timestamp: String(timestamp ?? '') };
}

/** Writes beside the file and renames, so that a reader (or a crash) never meets half of it. */
async function writeWhole(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(beside, 'wx', 0o644);
    await handle
      .writeFile(text)
      .then(() => handle.sync())
      .finally(() => handle.close());
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw new Error(`cannot keep the announcement in ${dirname(file)}: because ${(error as Error).message}`, { cause: error });
  }
}
