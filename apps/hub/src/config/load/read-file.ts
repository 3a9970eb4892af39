import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { ConfigError } from '../config-error.js';
import type { Setting } from '../setting.js';
import { type ConfigApi, readJavaScript } from './javascript.js';
import { readPython } from './python.js';
import { readYaml } from './yaml.js';

/** How long a config that is a program may take. */
export const PROGRAM_TIMEOUT_MS = 60_000;

type Reader = (file: string, text: string, api?: ConfigApi) => Promise<Setting[]> | Setting[];

const yaml: Reader = (file, text) => readYaml(file, text);
const script: Reader = (file, text, api) => readJavaScript(file, text, { timeoutMs: PROGRAM_TIMEOUT_MS, api });

const READERS: Record<string, Reader> = {
  '.yaml': yaml,
  '.yml': yaml,
  '.json': yaml,
  '.js': script,
  '.mjs': script,
  '.cjs': script,
  '.ts': script,
  '.mts': script,
  '.cts': script,
  '.py': (file) => readPython(file, PROGRAM_TIMEOUT_MS),
};

/**
 * The settings in a config file; its name tells the format.
 * @param file absolute path
 * @param api what a JavaScript config imports as `elara/config`
 * @throws ConfigError when the file cannot be read, or is not of that format
 */
export async function readSettings(file: string, api?: ConfigApi): Promise<Setting[]> {
  const reader = READERS[extname(file).toLowerCase()];
  if (!reader)
    throw new ConfigError([
      { file, key: '', message: `cannot be read: expected a file of the kind ${Object.keys(READERS).join(' ')}` },
    ]);
  return reader(file, await textOf(file), api);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigError([{ file, key: '', message: `cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}` }], {
      cause: error,
    });
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
  };
  return reasons[error.code ?? ''] ?? error.message;
}
