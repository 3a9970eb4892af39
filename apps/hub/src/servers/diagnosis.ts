import type { FailureCode } from '../spawners/spawn-error.js';

/** What is known of a server that did not come up. */
export interface Evidence {
  /** Exit status, below zero the number of a signal; undefined while it runs. */
  status?: number;
  /** The last lines that it wrote, oldest first. */
  lines: readonly string[];
  /** TCP ports that it listens on. */
  ports: readonly number[];
  /** The kernel ended it for want of memory. */
  outOfMemory: boolean;
  /** The hub has refused the token of calls about this person. */
  refused: boolean;
  /** Where it should listen. */
  port: number;
  /** For how long it was waited for, in seconds. */
  seconds: number;
}

export interface Diagnosis {
  code: FailureCode;
  /** For the person. */
  message: string;
  hint: string;
  /** For the operator: what shows it; '' when code and message say it all. */
  shownBy: string;
}

interface Rule {
  code: FailureCode;
  /** Whether it may be this, before the lines are looked at; absent: only the lines tell. */
  shows?(evidence: Evidence): string | false;
  /** A line that tells of it. */
  line?: RegExp;
  message(evidence: Evidence): string;
  hint(evidence: Evidence): string;
}

const hasEnded = ({ status }: Evidence): boolean => status !== undefined;

/** The first that fits is it: what names a cause stands before what only names its effect. */
const RULES: readonly Rule[] = [
  {
    code: 'out-of-memory',
    shows: ({ outOfMemory }) => outOfMemory && 'the kernel says so',
    line: /\bMemoryError\b|heap out of memory|std::bad_alloc|Cannot allocate memory|\bENOMEM\b/,
    message: () => 'Your server ended because it had no memory left',
    hint: () => 'Give it more (Spawner.mem_limit, or more memory for the machine), or start less at once',
  },
  {
    code: 'disk-full',
    line: /\bENOSPC\b|\bEDQUOT\b|No space left on device|Disk quota exceeded|database or disk is full/i,
    message: () => 'Your server could not write: the disk is full',
    hint: () => 'Delete some files, or ask for more space; then start it again',
  },
  {
    code: 'wrong-token',
    shows: ({ refused }) => refused && 'the hub refused a token in calls about this person while it started',
    line: /auth token may have expired|Missing or invalid credentials|invalid (?:api )?token|\b403:? Forbidden\b/i,
    message: () => 'Your server does not have the token that the hub gave it',
    hint: () => 'See that nothing (Spawner.environment, a profile of the shell, an old configuration) changes JUPYTERHUB_API_TOKEN',
  },
  {
    code: 'options',
    line: /(?:unrecognized|unrecognised|unknown|invalid|illegal|bad|unexpected|no such) (?:command[- ]line )?(?:option|argument|flag)s?\b/i,
    message: () => 'Your server does not know an option that it was started with',
    hint: () => 'Correct Spawner.cmd and Spawner.args; the last lines name the option',
  },
  {
    code: 'command-missing',
    shows: ({ status }) => (status === 126 || status === 127) && `a shell ends with status ${status} when it cannot run a command`,
    message: () => 'A program that your server needs cannot be run',
    hint: () => 'Install it, or correct Spawner.cmd; the last lines name it',
  },
  {
    code: 'exited-early',
    shows: (evidence) => hasEnded(evidence) && 'its end',
    message: ({ status = 0 }) => `Your server ended ${status < 0 ? `by signal ${-status}` : `with status ${status}`} before it could be used`,
    hint: ({ status, lines }) => {
      if (status === -9) return 'Somebody killed it, or the kernel did for want of memory, which its log would tell';
      return lines.length > 0 ? 'Its last lines may tell why' : 'It wrote nothing; look at Spawner.cmd';
    },
  },
  {
    code: 'wrong-port',
    shows: ({ ports, port }) => ports.length > 0 && !ports.includes(port) && `it listens on port ${ports.join(', ')}, and was told ${port}`,
    message: ({ ports, port }) => `Your server listens on port ${ports[0]} instead of ${port}`,
    hint: () => 'It has to listen where JUPYTERHUB_SERVICE_URL says; see that no configuration of its own sets a port',
  },
];

const NEVER_ANSWERED: Rule = {
  code: 'never-answered',
  message: ({ seconds }) => `Your server was started, but did not answer within ${seconds} seconds`,
  hint: () => 'If it only needs longer, set Spawner.http_timeout; else see that it listens where JUPYTERHUB_SERVICE_URL says',
};

/** Why a server did not come up. */
export function diagnose(evidence: Evidence): Diagnosis {
  for (const rule of RULES) {
    const shownBy = shownByOf(rule, evidence);
    if (shownBy !== undefined) return diagnosisOf(rule, evidence, shownBy);
  }
  return diagnosisOf(NEVER_ANSWERED, evidence, '');
}

function shownByOf({ shows, line }: Rule, evidence: Evidence): string | undefined {
  const telling = line && evidence.lines.findLast((text) => line.test(text));
  return shows?.(evidence) || (telling === undefined ? undefined : `it wrote: ${telling}`);
}

const diagnosisOf = ({ code, message, hint }: Rule, evidence: Evidence, shownBy: string): Diagnosis => ({
  code,
  message: message(evidence),
  hint: hint(evidence),
  shownBy,
});
