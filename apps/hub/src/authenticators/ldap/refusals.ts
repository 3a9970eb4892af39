/** Result codes by which a directory says that it does not take somebody, rather than that something is wrong (RFC 4511, A.2). */
const REFUSING: Readonly<Record<number, string>> = {
  19: 'the account is locked for a while, or its password has to be changed',
  32: 'there is no such entry',
  34: 'that is no DN, or none that it can have',
  48: 'the entry has no password',
  49: 'wrong name or password',
  50: 'the entry may not log in',
  53: 'the account is not active',
};

export const NO_SUCH_OBJECT = 32;
export const INSUFFICIENT_ACCESS = 50;

/** What Active Directory means by `data 52e` in its answer to a login. */
const ACTIVE_DIRECTORY: Readonly<Record<string, string>> = {
  '525': 'there is no such account',
  '52e': 'wrong name or password',
  '530': 'the account may not log in at this time',
  '531': 'the account may not log in from here',
  '532': 'the password has expired',
  '533': 'the account is disabled',
  '701': 'the account has expired',
  '773': 'the password has to be changed first',
  '775': 'the account is locked',
};

/** The result code of an error of ldapts; undefined for errors of another kind. */
export const resultCode = (error: unknown): number | undefined => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'number' ? code : undefined;
};

/** Why somebody is not taken, in words; undefined when the error says something else. */
export function refusalOf(error: unknown): string | undefined {
  const code = resultCode(error);
  if (code === undefined || REFUSING[code] === undefined) return undefined;
  const data = /\bdata ([0-9a-f]{3})\b/.exec((error as Error).message)?.[1];
  return (data && ACTIVE_DIRECTORY[data]) ?? REFUSING[code];
}
