import type { DbBoolean } from './tables.js';

/** An account of the hub's own: `NativeAuthenticator`. */
export interface NativeAccountRow {
  id: number;
  /** As the user is called, or will be. */
  name: string;
  /** Its hash; see authenticators/native/passwords.ts. */
  password: string;
  approved: DbBoolean;
  /** The admin who let the person in; null while they wait, and for those who were let in by a rule. */
  approved_by: string | null;
  email: string | null;
  /** What one-time codes are made from, sealed; null: none is asked for. */
  totp_secret: string | null;
  /** The same until it is confirmed by a code. */
  totp_pending: string | null;
  /** The time step (RFC 6238) of the last code that was used. */
  totp_step: number | null;
  /** JSON list of hashes: those that are left. */
  recovery_codes: string | null;
  created: string;
  /** When password or one-time codes were last changed. */
  changed: string;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    elara_native_accounts: NativeAccountRow;
  }
}
