/** When a culler stops servers, as it tells the hub. Times in seconds; null: never. */
export interface CullPolicy {
  /** How long a server of each kind may be idle. */
  timeout: { default: number | null; named: number | null };
  /** The same for servers of members of these groups, instead; who is in several has the longest. Kinds that are never stopped stay so. */
  group_timeout: Record<string, number | null>;
  /** How old a server may become, in use or not. */
  max_age: number | null;
  /** From a warning to the stop; 0: no warnings. */
  grace: number;
}

/** How long a server may be idle, and whose limit that is. */
export interface IdleLimit {
  seconds: number | null;
  /** In words, e.g. `named servers` or `the group staff`. */
  of: string;
}

/**
 * The limit that holds for a server.
 * @param server its name, '' for a default server
 * @param groups of its owner
 */
export function idleLimit({ timeout, group_timeout: byGroup }: CullPolicy, server: string, groups: readonly string[]): IdleLimit {
  const kind = server === '' ? 'default' : 'named';
  const ofKind = { seconds: timeout[kind], of: `${kind} servers` };
  if (ofKind.seconds === null) return ofKind;
  const ofGroups = groups.filter((group) => Object.hasOwn(byGroup, group)).map((group) => ({ seconds: byGroup[group]!, of: `the group ${group}` }));
  return ofGroups.reduce<IdleLimit | undefined>((longest, one) => (longest && length(longest) >= length(one) ? longest : one), undefined) ?? ofKind;
}

const length = ({ seconds }: IdleLimit): number => seconds ?? Infinity;
