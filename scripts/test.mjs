// npm test: the same set-up as npm start, the system packages that the end-to-end tests need, then every check.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { main, prepare, root, run, SetupError, step } from './project.mjs';

/** Debian packages, each with a file by which it is known to be there. */
const PACKAGES = {
  jupyterhub: '/usr/bin/jupyterhub-singleuser',
  'jupyter-notebook': '/usr/bin/jupyter-notebook',
  chromium: '/usr/bin/chromium',
  python3: '/usr/bin/python3',
  sqlite3: '/usr/bin/sqlite3',
  systemd: '/usr/bin/systemd-analyze',
  passwd: '/usr/sbin/useradd',
  sudo: '/usr/bin/sudo',
  'util-linux': '/usr/bin/setpriv',
  adduser: '/usr/sbin/adduser',
  'libpam-modules': '/usr/share/doc/libpam-modules',
  'libpam-oath': '/usr/share/doc/libpam-oath',
  'libnss-systemd': '/usr/share/doc/libnss-systemd',
  procps: '/usr/bin/pgrep',
  slapd: '/usr/sbin/slapd',
  openssl: '/usr/bin/openssl',
  postgresql: '/usr/lib/postgresql/15/bin/initdb',
  'mariadb-server': '/usr/sbin/mariadbd',
  'python3-psycopg2': '/usr/lib/python3/dist-packages/psycopg2/__init__.py',
  'python3-pymysql': '/usr/lib/python3/dist-packages/pymysql/__init__.py',
};

const results = path.join(root, 'var', 'test-results');

main(() => {
  installSystemPackages();
  prepare();
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const checks = [check('lint', 'npm', ['run', '-s', 'lint']), check('types', 'npm', ['run', '-s', 'types'])];
  const suites = ['unit', 'api', 'e2e', 'faults'].map(suite);
  const passed = sum([...checks, ...suites].map((one) => one.passed));
  const failed = sum([...checks, ...suites].map((one) => one.failed));
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
});

function installSystemPackages() {
  const missing = Object.keys(PACKAGES).filter((name) => !existsSync(PACKAGES[name]));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new SetupError(`cannot run the end-to-end tests: because these packages are missing: ${missing.join(' ')}; install them with: sudo apt-get install ${missing.join(' ')}`);
  }
  step(`installing ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env, quiet: true });
}

function check(name, command, args) {
  step(name);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
}

function suite(name) {
  step(`${name} tests`);
  const report = path.join(results, `${name}.json`);
  const args = ['vitest', 'run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync('npx', ['--no-install', ...args], { cwd: root, stdio: 'inherit' });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  // a file that cannot even be loaded counts as one failure
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0, status === 0 ? 0 : 1);
  return { passed: numPassedTests, failed };
}

function sum(numbers) {
  return numbers.reduce((total, one) => total + one, 0);
}
