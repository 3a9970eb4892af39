import { expect, it } from 'vitest';
import { splitArguments } from './split-arguments.js';

it.each([
  [['--JupyterHub.port=1'], [['JupyterHub', 'port', '1']], []],
  [['--JupyterHub.port', '1', 'start'], [['JupyterHub', 'port', '1']], ['start']],
  [['--Spawner.args=--a=b'], [['Spawner', 'args', '--a=b']], []],
  [['--Spawner.cmd='], [['Spawner', 'cmd', '']], []],
  [['-f', 'x.yaml', '--Spawner.cmd=a\nb', '--debug'], [['Spawner', 'cmd', 'a\nb']], ['-f', 'x.yaml', '--debug']],
  [['--jupyterhub.port=1'], [['jupyterhub', 'port', '1']], []],
  [['token', '--', '--JupyterHub.port=1'], [], ['token', '--', '--JupyterHub.port=1']],
  [['--config=a.b', '--1.2'], [], ['--config=a.b', '--1.2']],
  [['-f', 'a.yaml', 'services', 'logs', '-f', '-n', '3', 'b'], [], ['-f', 'a.yaml', 'services', 'logs', '--follow', '-n', '3', 'b']],
  [['services', 'status', '-f', 'logs'], [], ['services', 'status', '-f', 'logs']],
])('%j', (args, traits, others) => {
  const split = splitArguments(args);
  expect(split.traits.map(({ className, trait, text }) => [className, trait, text])).toEqual(traits);
  expect(split.others).toEqual(others);
});
