import { chmod, writeFile } from 'node:fs/promises';
import { messageOf, StartupError } from '../errors.js';

/** Writes a file; one that exists only when that is meant. @param mode of the file, whatever it had before */
export async function writeNew(file: string, text: string, { overwrite, mode }: { overwrite: boolean; mode?: number }): Promise<void> {
  try {
    await writeFile(file, text, { flag: overwrite ? 'w' : 'wx', ...(mode !== undefined && { mode }) });
    if (mode !== undefined) await chmod(file, mode);
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const reason = exists ? 'it exists already; use --yes to write over it' : messageOf(error);
    throw new StartupError(`cannot write ${file}: because ${reason}`, { cause: error });
  }
}
