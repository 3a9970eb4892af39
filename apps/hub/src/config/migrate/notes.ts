import { basename } from 'node:path';
import type { Lost } from '../load/python.js';
import type { Location } from '../setting.js';
import type { MigratedTrait } from './migration.js';

/** `jupyterhub_config.py:12`: enough for who has the file before them. */
export const placeText = ({ file, line }: Location): string => `${basename(file)}${line ? `:${line}` : ''}`;

/** What to know about a value that stands there as it was when the file ran. */
export function originNote({ place, value, computed, variables }: MigratedTrait): string {
  if (value === undefined) return placeText(place);
  if (variables.length > 0) return `${placeText(place)}; read from the environment (${variables.join(', ')}), as it was when this was written`;
  return computed ? `${placeText(place)}; worked out there, as it was when this was written` : placeText(place);
}

/** `make_home, jupyterhub_config.py:5`. */
export function codeText({ kind, definition }: Lost): string {
  const name = /\((.+)\)$/.exec(kind)?.[1] ?? kind.replace(/^an? /, '');
  return definition ? `${name}, ${placeText(definition)}` : name;
}
