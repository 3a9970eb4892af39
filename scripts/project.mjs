// What start, test and bench share: is what is installed and built up to date, and if not, make it so.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const OLDEST_NODE = [20, 19];
const BUILD_INPUTS = ['apps', 'libs', 'scripts/bundle.mjs', '.swcrc', 'nest-cli.json', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
const INSTALL_STAMP = path.join(root, 'node_modules', '.elara-installed');
const BUILD_STAMP = path.join(root, 'dist', '.elara-built');

export class SetupError extends Error {}

/** Checks Node, installs the locked dependencies and builds, each only when needed. */
export function prepare() {
  requireNode();
  const lock = lockDigest();
  if (stampOf(INSTALL_STAMP) !== lock) {
    requireOwnModules();
    step('installing dependencies (a minute or two: one of them is compiled)');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(INSTALL_STAMP, lock);
  }
  const sources = sourcesDigest();
  if (stampOf(BUILD_STAMP) !== sources) {
    step('building');
    run('npm', ['run', '--silent', 'build'], { quiet: true });
    mkdirSync(path.dirname(BUILD_STAMP), { recursive: true });
    writeFileSync(BUILD_STAMP, sources);
  }
}

/** Whether `prepare` would change nothing. */
export const isPrepared = () => stampOf(INSTALL_STAMP) === lockDigest() && stampOf(BUILD_STAMP) === sourcesDigest();

const lockDigest = () => digestOf([path.join(root, 'package-lock.json')], (file) => readFileSync(file));
const sourcesDigest = () => digestOf(filesBelow(BUILD_INPUTS), (file) => `${statSync(file).mtimeMs} ${statSync(file).size}`);

/** npm empties the folder before it installs, also one that is a link into another checkout, which would lose its own. */
function requireOwnModules() {
  const modules = path.join(root, 'node_modules');
  if (!lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new SetupError(`cannot install the dependencies: because ${modules} is a link, and npm would empty what it leads to; remove the link first`);
}

/** Runs a command in the project and fails loudly when it fails. */
export function run(command, args, { quiet = false, env = process.env } = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, { cwd: root, stdio: quiet ? 'pipe' : 'inherit', env });
  if (status === 0) return;
  if (quiet) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  throw new SetupError(`"${command} ${args.join(' ')}" ${error ? `could not be started: ${error.message}` : `ended with ${signal ?? `status ${status}`}`}`);
}

export function step(text) {
  console.error(`[elara] ${text} …`);
}

/** Runs a script's main function; errors of the set-up are told in one line. */
export function main(body) {
  Promise.resolve()
    .then(body)
    .catch((error) => {
      console.error(error instanceof SetupError ? `[elara] ${error.message}` : error);
      process.exit(1);
    });
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantMajor, wantMinor] = OLDEST_NODE;
  if (major > wantMajor || (major === wantMajor && minor >= wantMinor)) return;
  throw new SetupError(`cannot run on Node ${process.versions.node}: because Elara needs ${OLDEST_NODE.join('.')} or newer (nodejs.org)`);
}

const stampOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

function digestOf(files, content) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) hash.update(path.relative(root, file)).update(content(file));
  return hash.digest('hex');
}

function filesBelow(names) {
  return names.flatMap((name) => {
    const full = path.join(root, name);
    if (!existsSync(full)) return [];
    if (!statSync(full).isDirectory()) return [full];
    return readdirSync(full, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
  });
}
