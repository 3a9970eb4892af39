import type { DbBoolean } from './tables.js';

/** A moment as the database stores it: naive UTC text with six digits (reference hub-behaviour 6.3). */
export function toDbTime(moment: Date): string {
  return `${moment.toISOString().slice(0, 23).replace('T', ' ')}000`;
}

/** Reads a stored moment; `null` stays `null`. Millisecond precision: the last three digits are for the wire only. */
export function fromDbTime(stored: string | null): Date | null {
  return stored === null ? null : new Date(`${stored.replace(' ', 'T').slice(0, 23)}Z`);
}

/** A stored moment as the API writes it: `T` and `Z`, no fraction when it is zero (reference rest-api 2.0). */
export function toWireTime(stored: string | null): string | null {
  return stored === null ? null : `${stored.replace(' ', 'T').replace(/\.0+$/, '')}Z`;
}

/** True for what a database stores as true, and for nothing else: `'f'` is no permission. */
export const fromDbBoolean = (stored: DbBoolean | null): boolean => stored === true || stored === 1;

/** Bytes as stored; PostgreSQL's come as text, `\\x` and hex digits. */
export const fromDbBytes = (stored: Buffer | string): Buffer => (typeof stored === 'string' ? Buffer.from(stored.replace(/^\\x/, ''), 'hex') : stored);

/** The value for `Reads.nameList`. Names that no database can hold are left out: one of them would spoil the question of all. */
export const toNameList = (names: readonly string[]): string => JSON.stringify(names.filter((name) => /^[^\0\p{Cs}]*$/u.test(name)));

/** JSON text as Python's `json.dumps` writes it (separators `", "` and `": "`, ASCII only), so that both hubs write the same. */
export function toDbJson(value: unknown): string {
  return escapeNonAscii(spaced(value));
}

export function fromDbJson<T>(stored: string | null, fallback: T): T {
  return stored === null || stored === '' ? fallback : (JSON.parse(stored) as T);
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => spaced(item ?? null)).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const pairs = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${pairs.map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`).join(', ')}}`;
}

function escapeNonAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
