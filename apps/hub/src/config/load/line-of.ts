import type { Path } from '../setting.js';

/**
 * The line on which JavaScript source most likely writes the key at `path`: each name is looked for after the one around it.
 * Nothing when a name does not occur, because it was computed.
 */
export function lineOf(source: string, path: Path): { line?: number } {
  let offset = 0;
  for (const part of path) {
    if (typeof part !== 'string') continue;
    const key = new RegExp(`(?<![\\w$])['"]?${escaped(part)}['"]?\\]?\\s*[:=,}]`, 'g');
    key.lastIndex = offset;
    const found = key.exec(source);
    if (!found) return offset ? { line: lineAt(source, offset) } : {};
    offset = found.index;
  }
  return { line: lineAt(source, offset) };
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const lineAt = (source: string, offset: number) => source.slice(0, offset).split('\n').length;
