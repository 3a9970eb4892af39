/**
 * Fills places such as `{username}` in, as Python's `str.format` does; `{{` and `}}` stand for braces.
 * @param values already escaped for where they go
 */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{|\}\}|\{(\w+)\}/g, (found, place: string | undefined) => (place === undefined ? found[0]! : Object.hasOwn(values, place) ? values[place]! : found));
}

/** A value as it may stand in a DN, whatever is in it (RFC 4514, section 2.4). */
export function escapeDnValue(value: string): string {
  return value
    .replaceAll(/[\\,+"<>;=]/g, '\\$&')
    .replaceAll('\0', '\\00')
    .replace(/^[ #]/, '\\$&')
    .replace(/(?<!^\\) $/, '\\ ');
}

/** A value as it may stand in a filter (RFC 4515, section 3). */
export function escapeFilterValue(value: string): string {
  return value.replaceAll(/[\\*()\0]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** A filter without the white space by which people lay out long ones; the library wants none between its parts. */
export function compactFilter(filter: string): string {
  return filter.trim().replaceAll(/(\([&|!]|\))\s+(?=[()])/g, '$1');
}
