import { ProcessError } from '#process';
import { UnavailableError } from '../errors.js';

/**
 * What this machine says of an account or a group, for a login that depends on it.
 * @throws UnavailableError when it cannot be asked
 */
export async function fromMachine<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof ProcessError ? new UnavailableError(error.message, { cause: error }) : error;
  }
}
