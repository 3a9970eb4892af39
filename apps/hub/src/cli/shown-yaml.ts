import { Document, isCollection, type Node, type Pair, visit } from 'yaml';
import { distinctive, type Sections } from '../config/distinctive.js';
import { CLASS_NAMES } from '../config/names/classes.js';
import type { Location } from '../config/setting.js';

/**
 * A config as YAML: of each class what is its own, and what differs from the class it inherits from.
 * @param locate where a trait was set; it is told behind the value
 */
export function shownYaml(config: Sections, locate: (className: string, trait: string) => Location | undefined): string {
  const sections = CLASS_NAMES.map((name) => [name, distinctive(name, config)] as const);
  const document = new Document(Object.fromEntries(sections.filter(([, section]) => Object.keys(section).length > 0)));
  visit(document, {
    Pair(_, pair, path) {
      // document, classes, class, its traits: what lies deeper are parts of a value
      if (path.length !== 4) return;
      const place = locate(keyOf(path[2] as Pair), keyOf(pair));
      if (place) addComment(pair.value as Node, ` ${place.file}${place.line ? `:${place.line}` : ''}`);
    },
  });
  return String(document);
}

function addComment(value: Node, comment: string): void {
  if (isCollection(value) && value.items.length > 0) value.commentBefore = comment;
  else value.comment = comment;
}

const keyOf = (pair: Pair) => String((pair.key as { value?: unknown }).value);
