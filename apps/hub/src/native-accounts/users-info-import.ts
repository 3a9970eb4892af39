import { Inject, Injectable } from '@nestjs/common';
import { NativeAccounts } from '../authenticators/native/accounts.repository.js';
import { isBcrypt } from '../authenticators/native/bcrypt.js';
import { usernameProblem } from '../authenticators/usernames.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { DATABASE, type Database } from '../database/database.js';
import type { DbBoolean } from '../database/tables.js';
import { fromDbBoolean, fromDbBytes } from '../database/values.js';
import { StartupError } from '../errors.js';
import { SecretBox } from '../identity/secret-box.js';
import { LoginService } from '../users/login.service.js';

/** The table of JupyterHub's nativeauthenticator 1.3. */
const TABLE = 'users_info';

/** Its rows; earlier versions have fewer columns. */
interface UserInfoRow {
  username: string;
  /** A hash by bcrypt, as bytes. */
  password: Buffer | string;
  is_authorized: DbBoolean | null;
  email?: string | null;
  has_2fa?: DbBoolean | null;
  /** In base32. */
  otp_secret?: string | null;
}

export interface ImportReport {
  imported: string[];
  passedOver: { name: string; reason: string }[];
}

/** Takes over what nativeauthenticator knows, from the same database; its table stays as it is, so that the way back is open. */
@Injectable()
export class UsersInfoImport {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly accounts: NativeAccounts,
    private readonly box: SecretBox,
    private readonly logins: LoginService,
  ) {}

  /** @throws StartupError when there is no such table */
  async run(): Promise<ImportReport> {
    if (!(await this.db.schema.hasTable(TABLE))) throw new StartupError(`cannot take accounts over: because the database has no table ${TABLE}`);
    const report: ImportReport = { imported: [], passedOver: [] };
    for (const row of (await this.db(TABLE).select().orderBy('id')) as UserInfoRow[]) {
      const reason = await this.#take(row);
      if (reason === undefined) report.imported.push(row.username);
      else report.passedOver.push({ name: row.username, reason });
    }
    return report;
  }

  /** @returns why it was not taken */
  async #take({ username: name, password, is_authorized, email = null, has_2fa = null, otp_secret = null }: UserInfoRow): Promise<string | undefined> {
    const hash = typeof password === 'string' && isBcrypt(password) ? password : fromDbBytes(password).toString('latin1');
    const reason = (await this.#problem(name)) ?? (isBcrypt(hash) ? undefined : 'its password is hashed in a way that is not known here');
    if (reason !== undefined) return reason;
    const totp_secret = fromDbBoolean(has_2fa) && otp_secret ? this.box.seal(otp_secret) : null;
    await this.accounts.insert({ name, password: hash, approved: fromDbBoolean(is_authorized), email: email || null, totp_secret });
    return undefined;
  }

  /** Of two spellings of one name, the one that people log in with is taken. */
  async #problem(name: string): Promise<string | undefined> {
    const meant = this.logins.accountOf(name);
    if (meant !== name) return `whoever logs in with it is called ${JSON.stringify(meant)}`;
    const problem = usernameProblem(name, this.config.NativeAuthenticator);
    if (problem) return problem;
    return (await this.accounts.byName(name)) ? 'there is such an account already' : undefined;
  }
}
