import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';

/** The folder of the built-in templates. */
export const TEMPLATES_DIR = fileURLToPath(new URL('./templates', import.meta.url));

const BUILT_IN = 'templates/';

/**
 * Finds templates as JupyterHub does (reference hub-behaviour 7.8): `NAME` in each of the operator's folders and then among
 * the built-in ones, `templates/NAME` always among the built-in ones, so that an override can extend what it overrides.
 */
export class TemplateLoader extends nunjucks.Loader implements nunjucks.ILoader {
  readonly async = false;

  /** @param folders the operator's `template_paths`, in order */
  constructor(private readonly folders: readonly string[]) {
    super();
  }

  /** @returns the template, or null when no folder has it, which Nunjucks reports with the name. */
  getSource(name: string): nunjucks.LoaderSource {
    const builtIn = name.startsWith(BUILT_IN);
    const folders = builtIn ? [TEMPLATES_DIR] : [...this.folders, TEMPLATES_DIR];
    const relative = builtIn ? name.slice(BUILT_IN.length) : name;
    for (const folder of folders) {
      const source = readInside(folder, relative);
      if (source) return source;
    }
    return null as unknown as nunjucks.LoaderSource;
  }
}

function readInside(folder: string, name: string): nunjucks.LoaderSource | undefined {
  const root = path.resolve(folder);
  const file = path.resolve(root, name);
  if (!file.startsWith(root + path.sep)) return undefined;
  try {
    return { src: asNunjucks(readFileSync(file, 'utf8')), path: file, noCache: false };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Jinja's `scoped` and `required` on blocks: Nunjucks knows neither, and its blocks see loop variables anyway. */
const asNunjucks = (jinja: string) => jinja.replace(/(\{%[-+]?\s*block\s+\w+)(?:\s+(?:scoped|required))+/g, '$1');
