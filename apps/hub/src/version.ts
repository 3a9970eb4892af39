import { readFileSync } from 'node:fs';

/** The JupyterHub REST API level spoken here; clients compare its major version (reference rest-api 4.3). */
export const API_LEVEL = '6.0.0';

/** Elara's own version. */
export const ELARA_VERSION = packageVersion();

function packageVersion(): string {
  // three levels up from dist/apps/hub/src and from apps/hub/src lies the package, in either layout
  for (const up of ['../../../package.json', '../../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { name: string; version: string };
      if (name === 'elara') return version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('cannot tell the version: because package.json is missing');
}
