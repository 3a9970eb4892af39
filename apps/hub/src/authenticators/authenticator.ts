/** What somebody typed into the login form, or sent as `auth` in a token request. */
export interface LoginAttempt {
  username: string;
  password: string;
  otp?: string;
  /** Where the attempt came from, for logs. */
  address: string;
}

/** Who somebody turned out to be (reference hub-behaviour 4.2). */
export interface AuthModel {
  name: string;
  /** undefined: `admin_users` decides, and nothing is taken away. */
  admin?: boolean;
  /** What the driver wants kept of the login, encrypted (`enable_auth_state`). */
  authState?: Record<string, unknown>;
}

/** A way to find out whether people are who they say they are. Whether they may come in is decided by the login flow. */
export interface Authenticator {
  /** Whether there is a form to fill in. */
  readonly hasForm: boolean;

  /**
   * @returns undefined when the credentials are wrong
   * @throws UnavailableError when they could not be checked
   */
  authenticate(attempt: LoginAttempt): Promise<AuthModel | undefined>;

  /** How a name is spelled in the database, where the driver knows better than "in lower case". */
  normalize?(name: string): string | undefined;

  /** Whether a rule of the driver's own lets this person in, beyond the names in the config. */
  allows?(name: string): Promise<boolean>;

  /** The admin flag by a rule of the driver's own; undefined: no rule. */
  isAdmin?(name: string): Promise<boolean | undefined>;

  /** Said at start: what an operator should know or mend. */
  warnings(): string[];
}

/** Injection token of the authenticator in force. */
export const AUTHENTICATOR = Symbol('AUTHENTICATOR');
