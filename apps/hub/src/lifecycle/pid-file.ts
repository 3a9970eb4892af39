import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { messageOf, StartupError } from '../errors.js';

/**
 * Writes our pid; '' means no file.
 * @returns a function that removes the file again
 * @throws StartupError when it cannot be written
 */
export async function writePidFile(file: string): Promise<() => void> {
  if (file === '') return () => undefined;
  try {
    await writeFile(file, String(process.pid));
  } catch (error) {
    throw new StartupError(`cannot write JupyterHub.pid_file ${file}: because ${messageOf(error)}`, { cause: error });
  }
  return () => rmSync(file, { force: true });
}
