// npm start: everything a newcomer needs, then the hub with the development config (or with the arguments given).
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { main, prepare, root } from './project.mjs';

main(() => {
  prepare();
  const given = process.argv.slice(2);
  const config = given.some((arg) => arg === '-f' || arg.startsWith('--config')) ? [] : ['-f', path.join('config', 'development.yaml')];
  mkdirSync(path.join(root, 'var'), { recursive: true });
  const hub = spawn(process.execPath, [path.join('bin', 'elara'), ...config, ...given], { cwd: root, stdio: 'inherit' });
  // the terminal sends Ctrl-C to both; the hub decides when it is done
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && hub.kill(signal));
  hub.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
});
