import type { ConfigInForce } from '#hub-client/client';

export interface ConfigRow {
  /** "Class.trait". */
  key: string;
  value: string;
  changed: boolean;
}

/** The keys whose names or values contain what somebody looks for; only those that differ from the defaults, if so wanted. */
export function configRows(config: ConfigInForce, { search, changedOnly }: { search: string; changedOnly: boolean }): ConfigRow[] {
  const words = search.trim().toLowerCase();
  return Object.entries(config)
    .flatMap(([name, traits]) => Object.entries(traits).map(([trait, { value, changed }]) => ({ key: `${name}.${trait}`, value: textOf(value), changed })))
    .filter(({ key, value, changed }) => (changed || !changedOnly) && (key.toLowerCase().includes(words) || value.toLowerCase().includes(words)));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value, null, 1) ?? '').replace(/\s*\n\s*/g, ' '));
