import { Inject, Injectable, Logger } from '@nestjs/common';
import { HUB_URLS } from '../../config/config.module.js';
import type { HubUrls } from '../../config/urls.js';
import type { NativeAccountRow } from '../../database/native-account-row.js';
import { fromDbJson, toDbJson } from '../../database/values.js';
import { ConflictError, InvalidInputError } from '../../errors.js';
import { FernetError } from '../../identity/fernet.js';
import { SecretBox } from '../../identity/secret-box.js';
import { sameSecret } from '../constant-time.js';
import { NativeAccounts } from './accounts.repository.js';
import { bareCode, newRecoveryCodes, type NewSecret, newSecret, recoveryHash, stepOf } from './one-time-codes.js';

const log = new Logger('login');
const ONE_TIME_CODE = /^\d{6}$/;

/** One-time codes (RFC 6238) beside the password, and recovery codes for those who have lost what makes them. Each code is good once. */
@Injectable()
export class SecondFactors {
  constructor(
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly accounts: NativeAccounts,
    private readonly box: SecretBox,
  ) {}

  /**
   * Makes a secret, which counts for nothing until a code confirms it.
   * @throws ConflictError when codes are asked for already
   */
  async begin({ name, totp_secret }: NativeAccountRow): Promise<NewSecret> {
    if (totp_secret !== null) throw new ConflictError('One-time codes are switched on already');
    const { publicOrigin } = this.urls;
    const made = await newSecret(publicOrigin ? `Elara ${new URL(publicOrigin).host}` : 'Elara', name);
    await this.accounts.update(name, { totp_pending: this.box.seal(made.secret) });
    return made;
  }

  /**
   * From now on, codes are asked for.
   * @returns the recovery codes
   * @throws InvalidInputError when the code does not fit; ConflictError when nothing was begun
   */
  async confirm({ name, totp_pending: pending }: NativeAccountRow, code: string): Promise<string[]> {
    if (pending === null) throw new ConflictError('There is nothing to confirm: begin again');
    const step = await stepOf(bareCode(code), this.box.open(pending).text, Date.now());
    if (step === undefined) throw new InvalidInputError('This code does not fit. Take the one that is shown now, and see that the clock of your device is right.');
    const codes = newRecoveryCodes();
    const changes = { totp_secret: pending, totp_pending: null, totp_step: step, recovery_codes: toDbJson(codes.map(recoveryHash)) };
    if (!(await this.accounts.update(name, changes, { totp_pending: pending }))) throw new ConflictError('There is nothing to confirm: begin again');
    return codes;
  }

  /** Whether a one-time code, or a recovery code, is good; if it is, it is not good again. */
  async accepts(account: NativeAccountRow, typed: string): Promise<boolean> {
    const code = bareCode(typed);
    return ONE_TIME_CODE.test(code) ? this.#isCurrent(account, code) : this.#isSpent(account, code);
  }

  /** New recovery codes in the place of all that were left. */
  async renewRecoveryCodes(name: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    await this.accounts.update(name, { recovery_codes: toDbJson(codes.map(recoveryHash)) });
    return codes;
  }

  /** From now on, the password alone is enough. */
  async remove(name: string): Promise<void> {
    await this.accounts.update(name, { totp_secret: null, totp_pending: null, totp_step: null, recovery_codes: null });
  }

  async #isCurrent({ name, totp_secret: sealed }: NativeAccountRow, code: string): Promise<boolean> {
    const secret = sealed === null ? undefined : await this.#opened(name, sealed);
    const step = secret === undefined ? undefined : await stepOf(code, secret, Date.now());
    return step !== undefined && this.accounts.useStep(name, step);
  }

  async #isSpent({ name, recovery_codes: stored }: NativeAccountRow, code: string): Promise<boolean> {
    const hashes = fromDbJson<string[]>(stored, []);
    const hash = recoveryHash(code);
    const left = hashes.filter((other) => !sameSecret(other, hash));
    if (left.length === hashes.length) return false;
    return this.accounts.update(name, { recovery_codes: toDbJson(left) }, { recovery_codes: stored });
  }

  /** Where no key fits any more, recovery codes still do. */
  async #opened(name: string, sealed: string): Promise<string | undefined> {
    try {
      const { text, outdated } = this.box.open(sealed);
      if (outdated) await this.accounts.update(name, { totp_secret: this.box.seal(text) }, { totp_secret: sealed });
      return text;
    } catch (error) {
      if (!(error instanceof FernetError)) throw error;
      log.error(`Cannot check the one-time code of ${name}, an admin has to reset it: ${error.message}`);
      return undefined;
    }
  }
}

/** How many recovery codes are left. */
export const recoveryCodesLeft = ({ recovery_codes }: NativeAccountRow): number => fromDbJson<string[]>(recovery_codes, []).length;
