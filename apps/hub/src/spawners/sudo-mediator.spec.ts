import { Logger } from '@nestjs/common';
import { beforeAll, describe, expect, test } from 'vitest';
import { helperPath } from './own-program.js';
import type { SpawnError } from './spawn-error.js';
import { SudoMediator } from './sudo-mediator.js';

const traits = { sudospawner_path: '/opt/helper', sudo_args: ['-nH'], mediator_log_level: 'INFO' };
const REQUEST = { action: 'kill', pid: 7, signal: 2 } as const;

beforeAll(() => Logger.overrideLogger(false));

/** A mediator that calls a script in the place of sudo. */
const by = (script: string, own = {}) => new SudoMediator({ ...traits, ...own }, ['/bin/sh', '-c', script]);

test('the helper is our own unless one is named', () => {
  expect(helperPath(traits)).toBe('/opt/helper');
  expect(helperPath({ sudospawner_path: '' })).toMatch(/^\/.*\/bin\/elara-sudospawner$/);
});

test.each([
  [{}, '-u ada -nH /opt/helper --logging=INFO'],
  [{ sudo_args: ['-n', '-i'], mediator_log_level: '' }, '-u ada -n -i /opt/helper'],
])('sudo is called as JupyterHub calls it: %j', async (own, expected) => {
  const reply = await by(`test "$0 $*" = "${expected}" && printf '{"ok": true, "alive": true}'`, own).ask('ada', REQUEST);
  expect(reply).toEqual({ ok: true, alive: true });
});

test('the request goes by standard input, and nothing of our own environment goes along', async () => {
  const reply = await by(`request=$(cat); test "$request" = '{"action":"kill","pid":7,"signal":2}' && test -z "$HOME$USER" && echo 'We trust you {not} to read this' >&2; echo '{"ok": false, "error": "so"}'`).ask('ada', REQUEST);
  expect(reply).toEqual({ ok: false, error: 'so' });
});

describe('what does not work is told', () => {
  test.each([
    ['a refusal', 'echo "sudo: a password is required" >&2; exit 1', /it ended with status 1: sudo: a password is required$/],
    ['silence', 'exit 0', /it did not answer with what is expected: $/],
    ['other words', 'echo hello', /it did not answer with what is expected: hello/],
    ['another answer', `echo '{"ok": "yes"}'`, /it did not answer with what is expected/],
    ['more than an answer', 'yes', /cannot act as ada through sudo: because/],
  ])('%s', async (_what, script, detail) => {
    const failed = by(script).ask('ada', REQUEST).catch((error: SpawnError) => error);
    expect(await failed).toMatchObject({ code: 'account', message: 'The hub may not start servers for your account', detail: expect.stringMatching(detail) as string, hint: expect.stringContaining('ada is in its group') as string });
  });

  test('no sudo at all', async () => {
    const failed = new SudoMediator(traits, ['no-such-sudo']).ask('ada', REQUEST).catch((error: SpawnError) => error);
    expect(await failed).toMatchObject({ code: 'account', detail: expect.stringContaining('ENOENT') as string });
  });
});
