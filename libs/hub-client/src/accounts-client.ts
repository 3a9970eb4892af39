import type { NativeAccount } from './account-models.js';
import { type CallOptions, json } from './call.js';
import { quoteName } from './names.js';
import { page } from './paging.js';
import type { Transport } from './transport.js';

export interface ListAccountsOptions extends CallOptions {
  state?: 'pending' | 'approved';
  limit?: number;
  offset?: number;
}

/** Accounts of the hub's own; a hub whose people log in otherwise, and JupyterHub, answer 404. */
export class AccountsClient {
  constructor(private readonly hub: Transport) {}

  /** One page, those who signed up first before the others. */
  page = ({ signal, ...query }: ListAccountsOptions = {}) => page<NativeAccount>(this.hub, '/native/accounts', { query, signal });

  get = (name: string, options: CallOptions = {}) => json<NativeAccount>(this.hub, 'GET', pathOf(name), undefined, options);

  /** Lets somebody in who has signed up. */
  approve = (name: string, options: CallOptions = {}) => json<NativeAccount>(this.hub, 'POST', `${pathOf(name)}/approve`, undefined, options);

  /** Refuses somebody who has signed up, or takes a password away; the user, if there is one, stays. */
  remove = (name: string, options: CallOptions = {}) => json<void>(this.hub, 'DELETE', pathOf(name), undefined, options);

  /** Sets a password, and logs the person out everywhere; makes the account, approved, if there is none. */
  setPassword = (name: string, password: string, options: CallOptions = {}) =>
    json<NativeAccount>(this.hub, 'POST', `${pathOf(name)}/password`, { password }, options);

  /** Switches the one-time codes of somebody off who has lost them. */
  resetTwoFactor = (name: string, options: CallOptions = {}) => json<void>(this.hub, 'DELETE', `${pathOf(name)}/two-factor`, undefined, options);
}

const pathOf = (name: string) => `/native/accounts/${quoteName(name)}`;
