import { InvalidInputError, LimitReachedError, LoginRefusedError, UnavailableError } from '../errors.js';
import { inWords } from '../servers/spawn-limits.js';

/** What the login form says after an attempt that failed. */
export interface LoginProblem {
  login_error: string;
  login_hint: string;
  status: number;
  retryAfterSeconds?: number;
}

export const EXPIRED: LoginProblem = {
  login_error: 'This form has expired.',
  login_hint: 'Nothing was sent on. Enter your password again.',
  status: 403,
};

export const REFUSED: LoginProblem = {
  login_error: 'Invalid username or password.',
  login_hint: 'Check both; capital letters matter in passwords. If both are right, you may not have been let in here: ask whoever runs this hub.',
  status: 403,
};

const UNAVAILABLE: LoginProblem = {
  login_error: 'Your password cannot be checked right now.',
  login_hint: 'Nothing is wrong with what you typed. Try again in a minute, and tell whoever runs this hub if it stays like this.',
  status: 503,
};

const NO_ACCOUNT: LoginProblem = {
  login_error: 'You are known, but cannot be a user of this hub yet.',
  login_hint: 'Tell whoever runs this hub.',
  status: 403,
};

/** What to say about an error of the check; undefined for one that the form cannot explain. */
export function problemOf(error: unknown): LoginProblem | undefined {
  if (error instanceof UnavailableError) return UNAVAILABLE;
  if (error instanceof LoginRefusedError) return { login_error: error.message, login_hint: '', status: 403 };
  if (error instanceof InvalidInputError) return { ...NO_ACCOUNT, login_hint: `${NO_ACCOUNT.login_hint} (${error.message})` };
  if (!(error instanceof LimitReachedError)) return undefined;
  const { message, retryAfterSeconds = 60 } = error;
  const login_hint = `Your password was not checked this time. Wait ${inWords(retryAfterSeconds)} and try again, or log in with a browser that you have used here before.`;
  return { login_error: message, login_hint, status: 429, retryAfterSeconds };
}

/** What to say about a login elsewhere that failed; undefined for what cannot be explained. @param service what people call the other site */
export function externalProblemOf(error: unknown, service: string): LoginProblem | undefined {
  if (error instanceof UnavailableError) {
    return { ...UNAVAILABLE, login_error: `${service} cannot be asked right now.`, login_hint: 'Nothing is wrong with your account there. Try again in a minute, and tell whoever runs this hub if it stays like this.' };
  }
  if (error instanceof LimitReachedError) return { login_error: error.message, login_hint: '', status: 429, retryAfterSeconds: error.retryAfterSeconds ?? 60 };
  return problemOf(error);
}
