import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { killTree, settlesWithin } from '#process';
import { UnavailableError } from '../errors.js';

const HELPER = fileURLToPath(new URL('./pam-helper.mjs', import.meta.url));

/** Somebody may have to pick up their telephone meanwhile. */
const LONGEST_TRANSACTION_MS = 120_000;

export interface PamOutcome {
  /** 0: success; otherwise a PAM error code. */
  code: number;
  message: string;
}

/** A function of libpam that takes a handle and flags: pam_authenticate(3), pam_acct_mgmt(3), pam_open_session(3), pam_close_session(3). */
export type PamCall = 'pam_authenticate' | 'pam_acct_mgmt' | 'pam_open_session' | 'pam_close_session';

export interface PamTransaction {
  /** A file in /etc/pam.d. */
  service: string;
  user: Buffer;
  /** The answers to prompts whose answer is not shown, in turn; the last one answers all that follow. */
  secrets: readonly Buffer[];
  /** Until one of them fails. */
  calls: readonly PamCall[];
}

/**
 * Carries out one transaction with the system's PAM library, in a process of its own: Node has four threads for everything that waits,
 * the database included, and a few wrong passwords would take them all for seconds.
 * @param timeout milliseconds
 * @throws UnavailableError when there is no PAM on this machine, or its modules do not answer
 */
export async function pam({ service, user, secrets, calls }: PamTransaction, timeout = LONGEST_TRANSACTION_MS): Promise<PamOutcome> {
  const asked = { service, user: user.toString('base64'), secrets: secrets.map((secret) => secret.toString('base64')), calls };
  const running = execa(process.execPath, [HELPER], {
    input: JSON.stringify(asked),
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    // what the hub has in its environment is no business of modules
    env: { PATH: process.env.PATH },
    extendEnv: false,
    cwd: '/',
    reject: false,
  });
  if (!(await settlesWithin(running, timeout))) {
    // modules may have started programs of their own
    if (running.pid !== undefined) await killTree(running.pid);
    running.kill('SIGKILL');
    throw new UnavailableError(`cannot ask PAM: because the modules of /etc/pam.d/${service} do not answer`);
  }
  const helper = await running;
  const { failure, ...outcome } = JSON.parse(String(helper.stdio[3] || '{}')) as PamOutcome & { failure?: string };
  if (failure === undefined && typeof outcome.code === 'number') return outcome;
  throw new UnavailableError(`cannot ask PAM: because ${failure ?? `the modules of /etc/pam.d/${service} ended their process: ${helper.shortMessage ?? ''} ${helper.stderr.slice(-500)}`.trim()}`);
}
