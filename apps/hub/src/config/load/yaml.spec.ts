import { describe, expect, it } from 'vitest';
import { ConfigError } from '../config-error.js';
import { readYaml } from './yaml.js';

const read = (text: string) => readYaml('/c/elara.yaml', text).map(({ key, value }) => [key, value]);

function problemsOf(text: string) {
  try {
    readYaml('/c/elara.yaml', text);
  } catch (error) {
    return (error as ConfigError).problems;
  }
  throw new Error('expected a ConfigError');
}

describe('readYaml', () => {
  it('reads classes and traits', () => {
    expect(read('JupyterHub:\n  port: 1\n  ip: a\nSpawner: {args: [x]}\n')).toEqual([
      ['JupyterHub.port', 1],
      ['JupyterHub.ip', 'a'],
      ['Spawner.args', ['x']],
    ]);
  });

  it('takes a class whose keys are all commented out for an empty one', () =>
    expect(read('JupyterHub:\n  # port: 1\n')).toEqual([]));
  it('takes an empty file for no settings', () => expect(read('# nothing\n')).toEqual([]));
  it('reads JSON, indented by tabs too', () =>
    expect(read('{\n\t"JupyterHub": {\n\t\t"port": 1\n\t}\n}\n')).toEqual([['JupyterHub.port', 1]]));
  it('leaves ${NAMES} as they are', () => expect(read('JupyterHub: {ip: "${HOME}"}')).toEqual([['JupyterHub.ip', '${HOME}']]));

  it('follows anchors and merges', () => {
    expect(read('JupyterHub:\n  a: &a {x: 1}\n  b: {<<: *a, y: 2}\n')).toEqual([
      ['JupyterHub.a', { x: 1 }],
      ['JupyterHub.b', { x: 1, y: 2 }],
    ]);
  });

  it('knows the line of every key', () => {
    const text = 'JupyterHub:\n  # first\n  services:\n    - name: a\n      url: x\n    - name: b\n      command:\n        - y\n';
    const [services] = readYaml('/c/elara.yaml', text);
    const lineOf = (...path: PropertyKey[]) => services?.locate(path).line;
    expect(services?.locate([])).toEqual({ file: '/c/elara.yaml', line: 3 });
    expect([lineOf(0), lineOf(0, 'url'), lineOf(1), lineOf(1, 'command'), lineOf(1, 'command', 0)]).toEqual([4, 5, 6, 7, 8]);
    expect(lineOf(1, 'missing')).toBe(6);
  });

  it.each([
    ['JupyterHub:\n  ip: "a\n', 3],
    ['JupyterHub:\n  a: 1\n  a: 2\n', 3],
    ['JupyterHub:\n   a: 1\n  b: 2\n', 3],
    ['- a\n', 1],
    ['just text\n', 1],
  ])('says where %j is wrong', (text, line) => expect(problemsOf(text)[0]).toMatchObject({ file: '/c/elara.yaml', line }));

  it('refuses aliases that multiply', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `  a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`,
    );
    expect(problemsOf(`JupyterHub:\n  a0: &a0 [x]\n${levels.join('\n')}\n`)[0]?.message).toContain('cannot be read');
  });
});
