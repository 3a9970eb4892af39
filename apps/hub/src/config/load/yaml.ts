import { type Document, isMap, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { ConfigError } from '../config-error.js';
import type { Location, Path, Setting } from '../setting.js';
import { settingsOf } from './sections.js';

/** The settings of a YAML file, or a JSON file (which is YAML too); every key knows its line. */
export function readYaml(file: string, text: string): Setting[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const errors = document.errors.map(({ message, pos }) => ({
    file,
    line: lines.linePos(pos[0]).line,
    key: '',
    message: `cannot be read: ${message}`,
  }));
  if (errors.length > 0) throw new ConfigError(errors, { cause: document.errors[0] });
  if (document.contents === null) return [];
  if (!isMap(document.contents))
    throw new ConfigError([{ file, line: 1, key: '', message: 'expected classes such as JupyterHub: with keys below' }]);
  return settingsOf(contentOf(file, document), (path) => locate(file, document, lines, path));
}

function contentOf(file: string, document: Document): Record<string, unknown> {
  try {
    return document.toJS({ maxAliasCount: 1000 }) as Record<string, unknown>;
  } catch (error) {
    throw new ConfigError([{ file, key: '', message: `cannot be read: ${(error as Error).message}` }], { cause: error });
  }
}

function locate(file: string, document: Document, lines: LineCounter, path: Path): Location {
  const offset = offsetOf(document, path);
  return offset === undefined ? { file } : { file, line: lines.linePos(offset).line };
}

/** Where the key (or the list entry) at `path` starts; where the nearest one around it does, when it is not there itself. */
function offsetOf(document: Document, path: Path): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const found = isMap(parent) ? keyNode(parent.items, path[length - 1]!) : document.getIn(path.slice(0, length), true);
    const offset = (found as Node | undefined)?.range?.[0];
    if (offset !== undefined) return offset;
  }
  return undefined;
}

const keyNode = (pairs: Pair[], key: PropertyKey) =>
  pairs.map((pair) => pair.key as Node & { value?: unknown }).find(({ value }) => String(value) === String(key));
