/**
 * Fills `{name}` fields as Python's `str.format` does; `{{` and `}}` are literal braces.
 * @throws TypeError for a field that has no value.
 */
export function formatTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{|\}\}|\{([^{}]*)\}/g, (whole, name: string | undefined) => {
    if (name === undefined) return whole[0]!;
    const value = values[name];
    if (value === undefined) throw new TypeError(`cannot fill {${name}}: because only ${Object.keys(values).join(', ')} can be used here`);
    return value;
  });
}
