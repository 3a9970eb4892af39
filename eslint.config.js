import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const RESOURCES = ['info', 'users', 'servers', 'tokens', 'groups', 'services', 'proxy', 'authorizations', 'oauth2', 'shutdown', 'explain', 'shares', 'metrics', 'culling', 'events', 'overview', 'audit', 'native-accounts'];

/** Floors of apps/hub/src, from the ground up; a file imports its own folder and any floor below. */
const FLOORS = [
  { floor: 1, folders: ['config', 'database'] },
  { floor: 2, folders: ['http', 'identity', 'news', 'authenticators', 'spawners', 'proxy/drivers'] },
  { floor: 3, folders: RESOURCES },
  { floor: 4, folders: ['pages', 'lifecycle', 'openapi'] },
  { floor: 5, folders: ['cli'] },
];

const sources = (folder) => [`apps/hub/src/${folder}/**/*.ts`];

/** What a floor may not import: everything on the floors above it. */
function floorRule({ floor, folders }) {
  const above = FLOORS.filter((other) => other.floor > floor).flatMap((other) => other.folders);
  if (above.length === 0) return [];
  const names = floor === 2 ? above.filter((folder) => folder !== 'proxy') : above;
  const upper = names.map((folder) => `(\\.\\./)+${folder}/`);
  // the proxy's drivers live below the proxy's resource, two floors in one folder
  if (floor === 2) upper.push('(\\.\\./)+proxy/(?!drivers/)', '^\\.\\./[a-z-]+\\.(service|controller|module)\\.js$');
  const patterns = [{ regex: upper.join('|'), message: `This is floor ${floor}: it may import floors below only (see ARCHITECTURE.md).` }];
  return [
    {
      files: folders.flatMap(sources),
      ignores: floor === 3 ? sources('proxy/drivers') : [],
      rules: { 'no-restricted-imports': ['error', { patterns }] },
    },
  ];
}

const inBrowser = 'The admin area runs in a browser: of the rest of the project it may import #hub-client/client only.';
const message = 'Libraries and stand-alone services import neither Nest nor the hub.';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'test/conformance/**', 'var/**', 'config/elara.d.ts'] },
  ...tseslint.configs.recommended,
  { languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js', 'scripts/*.mjs'] }, tsconfigRootDir: import.meta.dirname } } },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'import-x': importX },
    settings: {
      // sources import each other by the names they will have once built
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js'], extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } })],
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false, arguments: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      'import-x/no-cycle': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  ...FLOORS.flatMap(floorRule),
  {
    files: ['libs/**/*.ts', 'apps/services/**/*.ts', 'apps/singleuser/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^@nestjs/|(\\.\\./)+apps/|/hub/src/', message }] }] },
  },
  {
    files: ['apps/admin/src/**/*.{ts,tsx}'],
    ...reactHooks.configs.flat['recommended-latest'],
    rules: {
      ...reactHooks.configs.flat['recommended-latest'].rules,
      'no-restricted-imports': ['error', { patterns: [{ regex: '^@nestjs/|^node:|^#(?!hub-client/client$)|(\\.\\./)+(hub|libs|services)/src', message: inBrowser }] }],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off', 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.mjs', '**/*.js'], extends: [tseslint.configs.disableTypeChecked], rules: { 'no-console': 'off' } },
);
