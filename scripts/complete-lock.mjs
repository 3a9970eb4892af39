// npm run lock: run it after every change of dependencies.
// npm leaves packages for other systems out of package-lock.json when its registry does not carry them, and "npm ci" then refuses
// the lock. This writes the missing entries from what their parents ask for; npm skips them wherever they do not fit.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './project.mjs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

const file = path.join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
let added = 0;
for (const [where, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const entry = `node_modules/${name}`;
    if (where === '' || lock.packages[entry] || lock.packages[`${where}/${entry}`] || !/^\d/.test(version)) continue;
    lock.packages[entry] = { version, ...platformOf(name), ...(dev && { dev: true }), optional: true };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.error(`[elara] ${added} entries for other systems added to package-lock.json`);

/** `@swc/core-linux-arm-gnueabihf` is for the system linux and the processor arm. */
function platformOf(name) {
  const words = name.split(/[^a-z0-9]/i);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor) || (processor === 'ia32' && words.includes('i386')));
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : words.some((word) => word.startsWith('gnu')) && os === 'linux' ? 'glibc' : undefined;
  return { ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), ...(os && { os: [os] }) };
}
