import { expect, it } from 'vitest';
import { adminFiles } from './admin-files.js';
import type { StaticFile } from './static-files.js';

const url = (name: string) => `/hub/static/${name}`;
const withManifest = (manifest: object) => ({ find: () => ({ content: Buffer.from(JSON.stringify(manifest)) }) as StaticFile, url });

it('finds the script and the styles of the app', () => {
  const entry = { file: 'assets/main-a1.js', css: ['assets/main-b2.css'] };
  expect(adminFiles(withManifest({ 'src/main.tsx': entry }))).toEqual({ admin_script: '/hub/static/admin/assets/main-a1.js', admin_styles: ['/hub/static/admin/assets/main-b2.css'] });
  expect(adminFiles(withManifest({ 'src/main.tsx': { file: 'assets/main-a1.js' } })).admin_styles).toEqual([]);
});

it('says what is missing', () => {
  expect(() => adminFiles({ find: () => undefined, url })).toThrow('cannot show the admin area: because it was not built (npm run build)');
});
