import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (lib: string) => fileURLToPath(new URL(`./libs/${lib}/src/index.ts`, import.meta.url));
const alias = { '#hub-client/client': fileURLToPath(new URL('./libs/hub-client/src/client.ts', import.meta.url)), '#scopes': source('scopes'), '#process': source('process'), '#hub-client': source('hub-client'), '#culling': source('culling') };

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      // real processes take their time on a machine that has much to do
      { extends: true, test: { name: 'unit', include: ['{apps,libs}/**/*.spec.ts'], testTimeout: 20_000 } },
      { extends: true, test: { name: 'api', include: ['test/api/**/*.spec.ts'], testTimeout: 20_000 } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/{e2e,contracts}/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      { extends: true, test: { name: 'faults', include: ['test/faults/**/*.spec.ts'], fileParallelism: false } },
    ],
  },
});
