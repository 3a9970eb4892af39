import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestHub } from '../support/hub.js';

/** How many lines are missing from the logs of counting services: numbers that should stand between two that do. */
export function missingLines(hub: TestHub): number {
  const folder = path.join(hub.dir, 'logs', 'services');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => /\.log(\.\d+)?$/.test(name)) : [];
  const numbers = new Map<string, number[]>();
  for (const file of files) {
    for (const [, pid, count] of readFileSync(path.join(folder, file), 'utf8').matchAll(/^(\d+) (\d+)$/gm)) {
      numbers.set(pid!, [...(numbers.get(pid!) ?? []), Number(count)]);
    }
  }
  return [...numbers.values()].reduce((missing, list) => missing + Math.max(...list) - Math.min(...list) + 1 - new Set(list).size, 0);
}
