import type { ListedAccount } from '../authenticators/native/accounts.repository.js';
import { fromDbBoolean, toWireTime } from '../database/values.js';
import type { NativeAccountModel } from './native-account.schema.js';

/** What admins see of an account: nothing that anybody could log in with. */
export function nativeAccountModel({ name, approved, approved_by, email, totp_secret, user_id, created, changed }: ListedAccount): NativeAccountModel {
  return {
    name,
    approved: fromDbBoolean(approved),
    approved_by,
    email,
    two_factor: totp_secret !== null,
    user_exists: user_id !== null,
    created: toWireTime(created)!,
    changed: toWireTime(changed)!,
  };
}
