/** What a fault left behind, summed over all tries. */
export interface Outcome {
  tries: number;
  /** Users, tokens, servers that should have lived on, and log lines that are gone. */
  lost: number;
  /** Processes that nobody knows of, or that should not be there. */
  orphaned: number;
  /** Rows that were still between two states when all should have been settled, and routes without a server or servers without one. */
  stuck: number;
  /** Seconds from the fault until all was well again; the longest of all tries. */
  recoverySeconds: number;
}

/** Something that goes wrong, and the proof that it does no lasting harm. */
export interface Fault {
  name: string;
  /** How often it is done: in `npm test`, and in `npm run faults`. */
  tries: { short: number; full: number };
  /** The longest that recovery may take, in seconds. */
  recoversWithin: number;
  /** False where this account or machine cannot bring it about. */
  isPossible?: boolean;
  run(tries: number): Promise<Outcome>;
}

export const nothing = (tries: number): Outcome => ({ tries, lost: 0, orphaned: 0, stuck: 0, recoverySeconds: 0 });

/** Seconds since `began`, a value of `performance.now()`. */
export const since = (began: number): number => (performance.now() - began) / 1000;
