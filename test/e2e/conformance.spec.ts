import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { root } from '../support/hub.js';

const run = promisify(execFile);

const folder = path.join(root, 'test', 'conformance');

/** How many cases there are: a replayer that finds none must not pass. */
const recorded = readdirSync(path.join(folder, 'cases'), { recursive: true }).filter((name) => String(name).endsWith('.json')).length;

interface Report {
  passed: number;
  failed: number;
  cases: { name: string; topic: string; ok: boolean; failures: { step: number; label: string; differing: string[] }[] }[];
}

async function replay(format: string, firstPort: number): Promise<Report> {
  const args = [
    path.join(folder, 'run.mjs'),
    ...['--hub-cmd', `${process.execPath} ${path.join(root, 'bin', 'elara')} -f {config}`],
    ...['--cases', path.join(folder, 'cases')],
    ...['--config-format', format],
    ...['--chp', path.join(root, 'node_modules', '.bin', 'configurable-http-proxy')],
    ...['--first-port', String(firstPort), '--json'],
  ];
  // a failed case is exit status 1, and told by the report
  const { stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 26 }).catch((error: { stdout?: string }) => {
    if (!error.stdout?.startsWith('{')) throw error;
    return { stdout: error.stdout };
  });
  return JSON.parse(stdout) as Report;
}

describe.each([
  ['yaml', 23000],
  ['py', 23500],
] as const)('recorded requests, %s config', (format, firstPort) => {
  test('are answered as JupyterHub answers them', async () => {
    const report = await replay(format, firstPort);
    const failures = report.cases.filter((one) => !one.ok).map(({ topic, name, failures: steps }) => ({ case: `${topic}/${name}`, steps }));
    expect(failures).toEqual([]);
    expect(report.passed).toBe(recorded);
  }, 600_000);
});
