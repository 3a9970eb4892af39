import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { StartupError } from '../errors.js';

/** Longer than any secret, and short enough for what somebody pipes in by mistake. */
const MOST_BYTES = 64 * 1024;

/**
 * Asks for a new secret at the terminal, twice and without showing it; or takes the first line of what is piped in.
 * @param prompt what is asked for, e.g. `New password of ada`
 * @throws StartupError when there is none, the two differ, or the person gives up
 */
export async function readNewSecret(prompt: string): Promise<string> {
  const secret = process.stdin.isTTY ? await askTwice(prompt) : await firstLine();
  if (secret === '') throw new StartupError(`cannot go on: because nothing was given for: ${prompt}`);
  return secret;
}

async function firstLine(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new StartupError('cannot read a secret from standard input: because there is too much of it');
    chunks.push(chunk);
    if (chunk.includes('\n')) break;
  }
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n/, 1)[0]!;
}

async function askTwice(prompt: string): Promise<string> {
  const secret = await ask(`${prompt}: `);
  if (secret !== (await ask('Once more: '))) throw new StartupError('cannot go on: because the two differ');
  return secret;
}

/** Reads a line that is not shown. */
function ask(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    // in this mode the terminal leaves Ctrl-C to us
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => reject(new StartupError('cannot go on: because nothing was entered')));
  }).finally(() => {
    lines.close();
    process.stderr.write('\n');
  });
}
