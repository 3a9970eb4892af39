import { HubError } from '../errors.js';

/** A stranger asked for a page; they are sent to the login page, which leads them back to `next`. */
export class LoginRequiredError extends HubError {
  override readonly code = 'login-required';

  constructor(readonly next: string) {
    super('cannot show this page: because you are not logged in');
  }
}
