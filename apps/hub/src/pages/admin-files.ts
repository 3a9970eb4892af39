import { UnavailableError } from '../errors.js';
import type { StaticFiles } from './static-files.js';

const ENTRY = 'src/main.tsx';

/** What Vite's manifest says of an entry. */
interface Entry {
  file: string;
  css?: string[];
}

/** Addresses of what the page of the admin area loads. @throws UnavailableError when the app was not built */
export function adminFiles(files: Pick<StaticFiles, 'find' | 'url'>): { admin_script: string; admin_styles: string[] } {
  const manifest = files.find('admin/manifest.json');
  if (!manifest) throw new UnavailableError('cannot show the admin area: because it was not built (npm run build)');
  const { file, css = [] } = (JSON.parse(manifest.content.toString()) as Record<string, Entry>)[ENTRY]!;
  return { admin_script: files.url(`admin/${file}`), admin_styles: css.map((name) => files.url(`admin/${name}`)) };
}
