import type { ReloadReport } from '#hub-client';
import type { LoadedConfig } from '../config/load-config.js';
import { askHub } from './hub-access.js';
import { coloured } from './output.js';

const NEEDS_RESTART = 'needs a restart';
const APPLIED = 'applied'.padEnd(NEEDS_RESTART.length);

/**
 * `elara reload`: what the running hub takes over of its config, and what takes a restart.
 * @returns exit status: always 0, also when there is nothing to take over
 */
export async function reloadConfig({ config }: LoadedConfig, { json = false }: { json?: boolean }): Promise<number> {
  const report = await askHub(config, ['shutdown'], (hub) => hub.operations.reload());
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : reloadText(report, process.stdout));
  return 0;
}

/** A line for each change, coloured when it goes to a terminal. */
export function reloadText({ changes }: ReloadReport, stream: NodeJS.WriteStream): string {
  if (changes.length === 0) return 'The config has not changed.\n';
  return changes.map(({ text, applied }) => `${labelOf(applied, stream)}  ${text}\n`).join('');
}

function labelOf(applied: boolean, stream: NodeJS.WriteStream): string {
  return applied ? coloured('green', APPLIED, stream) : coloured('yellow', NEEDS_RESTART, stream);
}
