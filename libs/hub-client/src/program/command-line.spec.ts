import { describe, expect, it } from 'vitest';
import { helpText, parseCommandLine, UsageError, type Flags } from './command-line.js';

const FLAGS = {
  timeout: { type: 'count', value: 'SECONDS', help: 'how long' },
  'cull-users': { type: 'switch', help: 'users too' },
  url: { type: 'text', help: 'where' },
  group: { type: 'list', help: 'whose' },
} as const satisfies Flags;

describe('parseCommandLine', () => {
  it.each<[string[], object]>([
    [[], {}],
    [['--timeout=5', '--url', 'http://x/?a=b'], { timeout: 5, url: 'http://x/?a=b' }],
    [['--url=a=b'], { url: 'a=b' }],
    [['--url='], { url: '' }],
    [['--timeout', '5', '--timeout', '6'], { timeout: 6 }],
    [['--group=a', '--timeout=5', '--group', 'b=1'], { group: ['a', 'b=1'], timeout: 5 }],
    [['--cull-users'], { 'cull-users': true }],
    [['--cull_users', 'true', '--timeout=1'], { 'cull-users': true, timeout: 1 }],
    [['--cull-users=False'], { 'cull-users': false }],
    [['--no-cull-users'], { 'cull-users': false }],
    [['--no-cull-users=false'], { 'cull-users': true }],
    [['-h'], { help: true }],
  ])('reads %j', (argv, values) => {
    expect(parseCommandLine(argv, FLAGS)).toEqual(values);
  });

  it.each<[string[], string]>([
    [['--timout=5'], 'unknown flag --timout: did you mean --timeout?'],
    [['--something-else'], 'unknown flag --something-else (--help lists the flags)'],
    [['--constructor'], 'unknown flag --constructor (--help lists the flags)'],
    [['--no-timeout'], 'unknown flag --no-timeout: did you mean --timeout?'],
    [['5'], 'unexpected argument "5": expected --FLAG=VALUE (--help lists the flags)'],
    [['--timeout'], '--timeout needs a value: --timeout=SECONDS'],
    [['--timeout', '--cull-users'], '--timeout needs a value: --timeout=SECONDS'],
    [['--timeout=1.5'], '--timeout takes a whole number from 0 up, not "1.5"'],
    [['--timeout=-1'], '--timeout takes a whole number from 0 up, not "-1"'],
    [['--timeout=99999999999999999999'], '--timeout takes a whole number from 0 up, not "99999999999999999999"'],
    [['--cull-users=perhaps'], '--cull-users takes true or false, not "perhaps"'],
  ])('refuses %j', (argv, message) => {
    expect(() => parseCommandLine(argv, FLAGS)).toThrow(new UsageError(message));
  });
});

describe('helpText', () => {
  it('lists flags and environment in columns', () => {
    expect(helpText({ usage: 'x [FLAG…]', about: 'Does x.', flags: FLAGS, environment: { TOKEN: 'secret' } })).toBe(
      [
        'Usage: x [FLAG…]',
        '',
        'Does x.',
        '',
        'Flags:',
        '  --timeout=SECONDS  how long',
        '  --[no-]cull-users  users too',
        '  --url=VALUE        where',
        '  --group=VALUE      whose',
        '  --help             show this help and exit',
        '',
        'Environment:',
        '  TOKEN  secret',
      ].join('\n'),
    );
  });
});
