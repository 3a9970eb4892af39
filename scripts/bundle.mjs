// Last step of the build: the compiled files of each program, and the packages they use, in a few large files below dist/bundle.
// Node spends most of a start on finding, reading and compiling small files: this takes 60 % of the CPU and 20 MB off the start.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundleDir = path.join(root, 'dist', 'bundle');
const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

const PROGRAMS = {
  elara: 'dist/apps/hub/src/cli/main.js',
  'elara-announcement': 'dist/apps/services/announcement/src/main.js',
  'elara-cull-idle': 'dist/apps/services/cull-idle/src/main.js',
  'elara-singleuser': 'dist/apps/singleuser/src/main.js',
};

/** Dependencies that stay as they are: native code, or code that looks for files beside itself. They load only where they are used. */
const UNBUNDLED = ['jiti', 'koffi', 'mysql2', 'pg', 'sqlite3'];

/** What packages would use if it were there; whoever wants one adds it to the dependencies and takes it from this list. */
const ABSENT = [
  ...['@nestjs/microservices', '@nestjs/platform-express', '@nestjs/websockets', 'class-transformer', 'class-validator'],
  ...['@fastify/multipart', '@fastify/static', '@fastify/view', 'file-type', 'supports-color'],
  ...['better-sqlite3', 'mariadb', 'mysql', 'oracledb', 'pg-query-stream', 'tedious'],
];

const packageOf = (specifier) => specifier.match(/^(@[^/]+\/)?[^/]+/)[0];
const escaped = (name) => name.replaceAll(/[/.]/g, '\\$&');
const external = [...UNBUNDLED, ...ABSENT].map((name) => new RegExp(`^${escaped(name)}(/|$)`));

/** `import.meta.url` goes on to name the file it was written in: templates, scripts and the version are found from there. */
const originalUrls = {
  name: 'original-urls',
  transform: {
    filter: { id: /^\/.*\.m?js$/, code: 'import.meta.url' },
    handler(code, id) {
      const file = path.relative(bundleDir, id).split(path.sep).join('/');
      return { code: code.replaceAll('import.meta.url', `new URL(${JSON.stringify(file)}, import.meta.url).href`), map: null };
    },
  },
};

/** Stack traces under --enable-source-maps lead to the TypeScript. */
const compilersMaps = {
  name: 'compilers-maps',
  load: {
    filter: { id: /\/dist\/(apps|libs)\/.*\.js$/ },
    handler: (id) => ({ code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') }),
  },
};

/** A package that is only there because another one brought it may be missing tomorrow, or be another version. */
const declaredPackages = {
  name: 'declared-packages',
  generateBundle(_options, files) {
    const chunks = Object.values(files).filter(({ type }) => type === 'chunk');
    const undeclared = chunks.flatMap((chunk) =>
      importsOf(chunk)
        .filter((name) => !(name in files || isBuiltin(name) || packageOf(name) in dependencies || ABSENT.includes(packageOf(name))))
        .map((name) => `dist/bundle/${chunk.fileName} imports ${name}, which is not among the dependencies in package.json`),
    );
    if (undeclared.length > 0) this.error(undeclared.join('\n'));
  },
};

function importsOf({ imports, dynamicImports, code }) {
  const required = [...code.matchAll(/\b__require\("([^"]+)"\)/g)].map(([, name]) => name);
  return [...imports, ...dynamicImports, ...required];
}

const HUB = path.join(root, 'dist/apps/hub/src/main.js');
/** Loaded only when somebody asks; what they share with the hub stays in its file. */
const BESIDE_HUB = ['openapi/build-document.js', 'cli/database/upgrade-db.js', 'cli/database/db-check.js', 'cli/database/db-backup.js', 'config-api.js'].map((file) => path.join(root, 'dist/apps/hub/src', file));
let hubOnly;

/**
 * The hub itself stays one file, although what describes its API, and what configs import, share half a megabyte of it and are loaded only
 * when somebody asks: two large texts, read one after the other, leave holes of 10 MB in the memory of the process.
 */
const chunkName = (id, context) => ((hubOnly ??= modulesOfHubOnly((module) => context.getModuleInfo(module))).has(id) ? 'hub' : null);

/** What only the hub imports, or what it loads for describing itself. */
function modulesOfHubOnly(info) {
  const reached = (entry) => {
    const found = new Set([entry]);
    for (const id of found) for (const next of info(id)?.importedIds ?? []) found.add(next);
    return found;
  };
  const starts = new Set(Object.values(PROGRAMS).map((file) => path.join(root, file)));
  const hub = reached(HUB);
  for (const start of starts) {
    const modules = reached(start);
    for (const id of modules) for (const next of info(id)?.dynamicallyImportedIds ?? []) starts.add(next);
    if (!BESIDE_HUB.includes(start) && !modules.has(HUB)) for (const id of modules) hub.delete(id);
  }
  return hub;
}

const build = await rolldown({
  cwd: root,
  platform: 'node',
  input: PROGRAMS,
  external,
  preserveEntrySignatures: 'allow-extension',
  // the CommonJS copy of RxJS that Node would take cannot be reduced to what is used
  resolve: { alias: { rxjs: path.join(root, 'node_modules/rxjs/dist/esm') } },
  plugins: [compilersMaps, originalUrls, declaredPackages],
});
await build.write({
  dir: bundleDir,
  format: 'esm',
  chunkFileNames: '[name].js',
  codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: chunkName, debugName: 'hub' }] },
  sourcemap: true,
  // Nest and error messages tell classes by name
  keepNames: true,
  comments: false,
  // V8 keeps a text with a single wider character at two bytes each
  charset: 'ascii',
});
await build.close();
