import type { Timestamp } from './models.js';

/** An account of the hub's own (`NativeAuthenticator`), or somebody who has signed up for one. */
export interface NativeAccount {
  name: string;
  /** False: the person waits, and cannot log in. */
  approved: boolean;
  /** Who let them in; null: nobody yet, or a rule of the config. */
  approved_by: string | null;
  email: string | null;
  /** One-time codes are asked for. */
  two_factor: boolean;
  /** There is a user of this name, whose servers and rights an approval gives to whoever signed up. */
  user_exists: boolean;
  created: Timestamp;
  /** When password or one-time codes were last changed. */
  changed: Timestamp;
}
