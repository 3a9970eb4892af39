import type { Database } from '../database/database.js';

/** What somebody typed into the login form, or sent as `auth` in a token request. */
export interface LoginAttempt {
  username: string;
  password: string;
  otp?: string;
  /** In the place of the password: the `firstStep` of the SecondStepRequiredError that it led to. The hub has kept it from being changed. */
  firstStep?: string;
  /** Where the attempt came from, for logs. */
  address: string;
}

/** A role as an authenticator tells it (`manage_roles`); without scopes, one that exists already stays as it is. */
export interface ManagedRole {
  name: string;
  description?: string;
  scopes?: readonly string[];
}

/** Who somebody turned out to be (reference hub-behaviour 4.2). */
export interface AuthModel {
  name: string;
  /** undefined: `admin_users` decides, and nothing is taken away. */
  admin?: boolean;
  /** What the driver wants kept of the login, encrypted (`enable_auth_state`). */
  authState?: Record<string, unknown>;
  /** The groups that they are a member of, and no others (`manage_groups`); null: leave them as they are. */
  groups?: readonly string[] | null;
  /** The roles that they have, and no others (`manage_roles`); null: leave them as they are. */
  roles?: readonly ManagedRole[] | null;
  /** What everybody who may read the user may know of them. */
  userInfo?: Record<string, unknown>;
}

/** A person who logged in some time ago, as far as drivers may know them. */
export interface KnownUser {
  name: string;
  /** What was kept of the login; null when nothing was. */
  authState: Record<string, unknown> | null;
}

/** What a request says of the person behind it, where something in front of the hub has checked who that is. */
export interface RequestFacts {
  /** In lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  address: string;
}

/** What a browser keeps, signed by the hub, while somebody is away at another site. */
export type Remembered = Readonly<Record<string, string>>;

/** Logins at another site, which sends people back with something to check (OAuth 2, OpenID Connect). */
export interface ExternalLogin {
  /** What people call the other site. */
  readonly service: string;
  /** Where it is to send people back to; '' for where they came from. */
  readonly callbackUrl: string;
  /** Where people go who have logged out here, to log out there too; '' for nowhere. */
  readonly logoutUrl: string;
  /** What people are told who may not come in. */
  readonly refusal: string;

  /**
   * @returns where to send somebody, and what to remember of it; `state` comes back with them
   * @throws UnavailableError when the other site cannot be asked
   */
  begin(callbackUrl: string): Promise<{ url: string; state: string; remembered: Remembered }>;

  /**
   * @param query what the other site sent them back with
   * @param remembered what `begin` wanted remembered
   * @returns who somebody turned out to be
   * @throws LoginRefusedError for a reason that the person may know; UnavailableError when the other site cannot be asked
   */
  finish(callbackUrl: string, query: URLSearchParams, remembered: Remembered, signal: AbortSignal): Promise<AuthModel>;

  /** Ends there what began with a login, for somebody who has logged out here. */
  forget?(user: KnownUser): Promise<void>;
}

/**
 * A way to find out whether people are who they say they are. Whether they may come in is decided by the login flow
 * (`users/login-steps.ts`). All members but the first three and `warnings` are for drivers that know more.
 */
export interface Authenticator {
  /** Whether there is a form to fill in. */
  readonly hasForm: boolean;

  /**
   * @returns undefined when the credentials are wrong
   * @throws UnavailableError when they could not be checked; LoginRefusedError for a reason that the person may know;
   * SecondStepRequiredError when a one-time code is asked for as well
   */
  authenticate(attempt: LoginAttempt): Promise<AuthModel | undefined>;

  /** Said at start: what an operator should know or mend. */
  warnings(): string[];

  /** Whether models tell groups, so that `manage_groups` can be used. */
  readonly tellsGroups?: boolean;

  /** Whether models tell roles, so that `manage_roles` can be used. */
  readonly tellsRoles?: boolean;

  /** Logins at another site, where that is how people log in. */
  readonly external?: ExternalLogin;

  /** Asked with `auto_login`, in place of the form: who it is by what stands in the request itself, such as headers of a proxy. */
  authenticateRequest?(request: RequestFacts): Promise<AuthModel | undefined>;

  /** How a name is spelled in the database, where the driver knows better than "in lower case". */
  normalize?(name: string): string | undefined;

  /** Whether a rule of the driver's own keeps this person out, whoever else would let them in. */
  blocks?(model: AuthModel): Promise<boolean>;

  /** Whether a rule of the driver's own lets this person in, beyond the names in the config. */
  allows?(model: AuthModel): Promise<boolean>;

  /** The admin flag by a rule of the driver's own; undefined: no rule. */
  isAdmin?(model: AuthModel): Promise<boolean | undefined>;

  /**
   * Whether a login of some time ago still holds (`auth_refresh_age`).
   * @param signal aborted when time is up
   * @returns false: they have to log in again; a model: it does, and this is who they are now
   * @throws UnavailableError when that cannot be found out
   */
  refresh?(user: KnownUser, signal: AbortSignal): Promise<boolean | AuthModel>;

  /**
   * Called before somebody becomes a user, and for every user at start: makes what they need, such as an account of the machine.
   * @throws InvalidInputError when they cannot be a user
   */
  addUser?(name: string): Promise<void>;

  /** Called before a user is deleted: forgets what the driver knows of them. */
  removeUser?(name: string): Promise<void>;

  /**
   * Called as a user gets another name.
   * @param db the transaction in which that happens
   * @throws InvalidInputError when they cannot have it
   */
  renameUser?(from: string, to: string, db: Database): Promise<void>;

  /** Called before a server of theirs starts; what it throws ends the start. */
  beforeStart?(user: { name: string }): Promise<void>;

  /** Called after a server of theirs has stopped. */
  afterStop?(user: { name: string }): Promise<void>;

  /** Roles to be made at start (`manage_roles`). */
  managedRoles?(): Promise<readonly ManagedRole[]>;
}

/** Injection token of the authenticator in force. */
export const AUTHENTICATOR = Symbol('AUTHENTICATOR');
