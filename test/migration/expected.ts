import type { Difference } from './answers.js';

/** A difference that JupyterHub 6.0's API, or Elara, makes on purpose. */
interface Expected {
  place: RegExp;
  /** undefined for what was, or is, not there; left out where any value will do. */
  before?: unknown;
  after?: unknown;
  why: string;
}


/** What is answered otherwise than by JupyterHub 3.0.0. Nothing else may be. */
export const EXPECTED: readonly Expected[] = [
  { place: /: \/ \.version$/, before: '3.0.0', after: '6.0.0', why: 'the level of the API' },
  { place: /: \/info \./, why: 'Elara is not Python, and tells how it is (docs/differences.md)' },
  { place: /\.user_info$/, before: undefined, after: null, why: '6.0: users have user_info' },
  { place: /\.servers\.\w*\.(display_name|full_name|full_url|full_progress_url)$/, before: undefined, why: '5.0 and 6.0: servers have these' },
  { place: /scopes\[([a-z:]*:)?shares(!.*)?\]$/, before: undefined, after: true, why: '5.0: sharing' },
  { place: /scopes\[start:servers(!.*)?\]$/, before: undefined, after: true, why: '6.0: starting alone, a part of servers' },
  { place: /scopes\[admin:services\]$/, before: undefined, after: true, why: '4.0: admins manage services' },
  { place: /: \/user \.token_id$/, before: undefined, why: '5.0: whose token asks' },
  { place: /^(admin|reader): \/user \.(info|display|url)$/, before: '', why: '4.0: services are in the database, with all their settings' },
  { place: /^(admin|reader): \/user \.command$/, before: '', after: undefined, why: '4.0: a command that is not there is left out' },
  { place: /^reader: \/user \.prefix$/, before: '/services/reader/', after: '', why: '4.0: a service that asks about itself is not told' },
];

const fits = (rule: Expected, difference: Difference) =>
  rule.place.test(difference.place) && (['before', 'after'] as const).every((side) => !(side in rule) || rule[side] === difference[side]);

/** Differences that nobody expects; and rules that nothing needs, which only hide mistakes. */
export function unexpected(found: readonly Difference[]): { differences: Difference[]; rules: string[] } {
  const used = new Set<Expected>();
  const differences = found.filter((difference) => {
    const rules = EXPECTED.filter((rule) => fits(rule, difference));
    for (const rule of rules) used.add(rule);
    return rules.length === 0;
  });
  return { differences, rules: EXPECTED.filter((rule) => !used.has(rule)).map(({ why, place }) => `${place}: ${why}`) };
}

/** For people: how often each difference was met, and why it is there. */
export function summary(found: readonly Difference[]): string[] {
  return EXPECTED.map((rule) => `${String(found.filter((difference) => fits(rule, difference)).length).padStart(6)}  ${rule.why}`);
}
