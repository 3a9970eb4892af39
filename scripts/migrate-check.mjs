// npm run migrate-check: a real JupyterHub moves to Elara and back, in every way it may end; what is answered otherwise is told.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { main, prepare, root, SetupError } from './project.mjs';

const NEEDED = { jupyterhub: '/usr/bin/jupyterhub', 'jupyter-notebook': '/usr/bin/jupyter-notebook' };

main(() => {
  const missing = Object.keys(NEEDED).filter((name) => !existsSync(NEEDED[name]));
  if (missing.length > 0) throw new SetupError(`cannot move anybody: because there is no JupyterHub here; install it with: sudo apt-get install ${missing.join(' ')}`);
  prepare();
  const args = ['vitest', 'run', '--project', 'e2e', '--reporter=verbose', 'test/e2e/move-in.spec.ts'];
  const { status } = spawnSync('npx', ['--no-install', ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, MIGRATE_CHECK: 'full' } });
  process.exit(status ?? 1);
});
