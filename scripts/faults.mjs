// npm run faults: everything that can go wrong, many times over, and a table of what was left. Takes about an hour.
import { spawnSync } from 'node:child_process';
import { main, prepare, root } from './project.mjs';

main(() => {
  prepare();
  const { status } = spawnSync('npx', ['--no-install', 'vitest', 'run', '--project', 'faults'], { cwd: root, stdio: 'inherit', env: { ...process.env, FAULTS: 'full' } });
  process.exit(status ?? 1);
});
