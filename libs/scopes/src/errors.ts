/** A scope, a filter, a custom scope or a role that cannot be accepted; the message names it and says why. */
export class ScopeError extends Error {
  override readonly name = 'ScopeError';
}
