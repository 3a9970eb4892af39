import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { StaticFiles } from './static-files.js';

const folder = mkdtempSync(path.join(tmpdir(), 'elara-static-'));
afterAll(() => rmSync(folder, { recursive: true }));

function files(logo = ''): StaticFiles {
  const config = defaultConfig();
  config.JupyterHub.logo_file = logo;
  return new StaticFiles(config, hubUrls(config));
}

describe('StaticFiles', () => {
  it('finds its own files and those of Bootstrap', () => {
    for (const name of ['css/elara.css', 'js/home.js', 'img/elara.svg', 'bootstrap/bootstrap.min.css', 'bootstrap/bootstrap.bundle.min.js']) {
      expect(files().find(name)?.content.length, name).toBeGreaterThan(100);
    }
  });

  it.each(['', '.', '..', '../renderer.ts', 'css/../../renderer.ts', '/etc/passwd', 'css', 'css/', 'css//elara.css', './css/elara.css', 'CSS/elara.css', 'css/elara.css\0', '__proto__'])(
    'finds nothing under %j',
    (name) => {
      expect(files().find(name)).toBeUndefined();
    },
  );

  it('gives addresses that change with the content', () => {
    expect(files().url('css/elara.css')).toMatch(/^\/hub\/static\/css\/elara\.css\?v=[0-9a-f]{16}$/);
    expect(files().url('nope.css')).toBe('/hub/static/nope.css');
  });

  it('tells which files never change under their names', () => {
    expect(files().find('css/elara.css')!.permanent).toBe(false);
    expect(files().url('admin/assets/main-abc123.js')).toBe('/hub/static/admin/assets/main-abc123.js');
  });

  it('compresses text, once', async () => {
    const file = files().find('css/elara.css')!;
    expect(gunzipSync(await file.gzipped!())).toEqual(file.content);
    expect(file.gzipped!()).toBe(file.gzipped!());
  });

  it("serves the operator's logo", () => {
    const logo = path.join(folder, 'logo.png');
    writeFileSync(logo, 'png');
    expect(files(logo).logo()).toMatchObject({ type: 'image/png', content: Buffer.from('png') });
    expect(files().logo().type).toBe('image/svg+xml');
    expect(() => files(path.join(folder, 'gone.png')).logo()).toThrow('ENOENT');
  });

  it('keeps login and home below 250 KB compressed', async () => {
    const used = ['bootstrap/bootstrap.min.css', 'bootstrap/bootstrap.bundle.min.js', 'css/elara.css', 'js/page.js', 'js/home.js', 'js/api.js', 'img/orbits.svg', 'img/elara.svg'];
    const sizes = await Promise.all(used.map(async (name) => (await files().find(name)!.gzipped!()).length));
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(250_000);
  });
});
