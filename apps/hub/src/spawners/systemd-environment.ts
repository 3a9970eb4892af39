import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SpawnError } from './spawn-error.js';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** systemd leaves out values that have other control characters than these two. */
const UNFIT = /[\0-\x08\x0b-\x1f\x7f]/;

/** Files with the variables of units: systemd reads them as root, and nobody else can (CVE-2020-26261 was a token in a unit, which all can read). */
export class EnvironmentFiles {
  constructor(private readonly folder = '/run/elara') {}

  /**
   * Writes the variables of a unit, mode 0400 in a folder of mode 0700.
   * @returns the absolute path of the file
   * @throws SpawnError `options` for a variable that systemd does not take, `internal` for a folder that others can enter
   */
  async write(unit: string, environment: Readonly<Record<string, string>>): Promise<string> {
    const text = environmentText(environment);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const { mode, uid } = await stat(this.folder);
    if ((mode & 0o077) !== 0 || uid !== process.geteuid!()) throw exposed(this.folder);
    await this.remove(unit);
    // exclusively: what is there already may lead elsewhere
    const file = await open(this.#path(unit), 'wx', 0o400);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return this.#path(unit);
  }

  remove(unit: string): Promise<void> {
    return rm(this.#path(unit), { force: true });
  }

  #path(unit: string): string {
    return join(this.folder, `${unit}.env`);
  }
}

/**
 * The text of an EnvironmentFile (systemd.exec(5)), sorted by name.
 * @throws SpawnError `options`
 */
export function environmentText(environment: Readonly<Record<string, string>>): string {
  const lines = Object.entries(environment).map(([name, value]) => {
    if (!VARIABLE.test(name) || UNFIT.test(value)) throw unfit(name);
    return `${name}='${value.replaceAll("'", `'"'"'`)}'\n`;
  });
  return lines.sort().join('');
}

const unfit = (name: string): SpawnError =>
  new SpawnError('options', 'A variable of your server cannot be set', {
    detail: `cannot set the variable ${JSON.stringify(name.slice(0, 100))}: because systemd takes letters, digits and _ in names, and no control characters in values`,
    hint: 'Correct Spawner.environment, or what people chose for it',
  });

const exposed = (folder: string): SpawnError =>
  new SpawnError('internal', 'Your server could not be started', {
    detail: `cannot write the variables of a server to ${folder}: because others than the hub can enter it`,
    hint: `chmod 700 ${folder}, and let it belong to the account of the hub`,
  });
