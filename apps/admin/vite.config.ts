import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const below = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds the app into the files that the hub serves below its static route; `src/main.tsx` is what the page admin.html loads. */
export default defineConfig({
  root: below('.'),
  // files find each other wherever the hub is
  base: './',
  publicDir: false,
  resolve: { alias: { '#hub-client/client': below('../../libs/hub-client/src/client.ts') } },
  plugins: [react()],
  build: {
    outDir: below('../../dist/apps/admin/built'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    // the content security policy lets nothing in that does not come from a file
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: below('src/main.tsx') },
  },
});
