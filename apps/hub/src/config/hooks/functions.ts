import type { HookHandler, HookOptions, HookRequest, HookSpawner, RequestUser } from './objects.js';
import type { GroupOverride } from './values.js';

type Awaitable<T> = T | Promise<T>;
type Mapping = Readonly<Record<string, unknown>>;

/** A file that came with the form. */
export interface UploadedFile {
  filename: string;
  content_type: string;
  body: Buffer;
}

/** The fields of a form, each a list of values; the files of the field X stand under `X_file`. */
export type SpawnFormData = Readonly<Record<string, readonly (string | UploadedFile)[]>>;

/** HTML of the fields that are shown before a start; '' for none. */
export type OptionsForm = (spawner: HookSpawner, hook: HookOptions) => Awaitable<string>;

/** What the fields come to: JSON, kept with the server. What it throws is shown above the form. */
export type OptionsFromForm = (fields: SpawnFormData, spawner: HookSpawner, hook: HookOptions) => Awaitable<Record<string, unknown>>;

/** Sets traits of the spawner by what was chosen. What it throws refuses the start with 400. */
export type ApplyUserOptions = (spawner: HookSpawner, userOptions: Mapping, hook: HookOptions) => Awaitable<void>;

/** Gives the value of an environment variable. */
export type EnvironmentValue = (spawner: HookSpawner, hook: HookOptions) => Awaitable<string | number>;

/** Gives scopes. */
export type Scopes = (spawner: HookSpawner, hook: HookOptions) => Awaitable<readonly string[]>;

/** Gives what `group_overrides` would be. */
export type GroupOverrides = (spawner: HookSpawner, hook: HookOptions) => Awaitable<Record<string, GroupOverride>>;

/** Gives the value of a key in an override. */
export type OverrideValue = (spawner: HookSpawner, hook: HookOptions) => unknown;

/** Called right before a server's process; what it throws ends the start. Not counted in `start_timeout`. */
export type PreSpawnHook = (spawner: HookSpawner, hook: HookOptions) => Awaitable<void>;

/** Called when all of a server is gone; what it throws is logged. Again, should the hub be killed meanwhile. */
export type PostStopHook = (spawner: HookSpawner, hook: HookOptions) => Awaitable<void>;

/** Called with what the authenticator keeps of the person: before a start, and before the form of options is shown. */
export type AuthStateHook = (spawner: HookSpawner, authState: Record<string, unknown> | null, hook: HookOptions) => Awaitable<void>;

/** The last event of a start that succeeded. */
export interface ReadyEvent {
  progress: number;
  ready: true;
  message: string;
  html_message?: string;
  url: string;
}

/** Gives the event to send in the place of the usual one, which is sent when it fails. */
export type ProgressReadyHook = (spawner: HookSpawner, event: ReadyEvent, hook: HookOptions) => Awaitable<Partial<ReadyEvent>>;

/** Gives where people land; '' or null for the usual place. */
export type DefaultUrl = (handler: HookHandler, hook: HookOptions) => Awaitable<string | null>;

/** Gives the most named servers that one person may have; 0 for no limit. */
export type NamedServerLimit = (handler: HookHandler, hook: HookOptions) => Awaitable<number>;

/** Gives where `/hub/user-redirect/PATH` leads; null for the person's own server. */
export type UserRedirectHook = (path: string, request: HookRequest, user: RequestUser, baseUrl: string, hook: HookOptions) => Awaitable<string | null>;

/** Sees everybody who may come in, and may change what is known of them or, with null, refuse them; `signal` is aborted when time is up. */
export type PostAuthHook = (model: HookedModel, context: { address: string; signal: AbortSignal }) => HookedModel | null | undefined | Promise<HookedModel | null | undefined>;

/** What the authenticator found out; see `AuthModel`. */
export interface HookedModel {
  name: string;
  admin?: boolean;
  authState?: Record<string, unknown>;
  groups?: readonly string[] | null;
  roles?: readonly { name: string; description?: string; scopes?: readonly string[] }[] | null;
  userInfo?: Record<string, unknown>;
}

/** Gives the name of somebody, from what their provider tells of them. */
export type UsernameClaim = (userInfo: Record<string, unknown>) => Awaitable<string>;

/** Gives the groups of somebody, from what is kept of their login. */
export type AuthStateGroups = (authState: Record<string, unknown>) => Awaitable<readonly string[]>;

/** Gives what is to be kept of a login, from what would be. */
export type ModifyAuthStateHook = (authState: Record<string, unknown>) => Awaitable<Record<string, unknown>>;

/** Sees somebody whose login is to be checked again: whether it holds, who they are now, or nothing to have the provider asked. */
export type RefreshUserHook = (user: { name: string; authState: Record<string, unknown> | null }) => Awaitable<boolean | HookedModel | null | undefined>;

/** A class of drivers, or a function that makes one: what it is given are the traits of its class, and the whole config. */
export type DriverClass<Driver extends object = object, Traits = never, Config = never> = (new (traits: Traits, config: Config) => Driver) | ((traits: Traits, config: Config) => Driver);

/** Gives a variable of page templates. @param user null for strangers */
export type TemplateVariable = (user: RequestUser | null, hook: HookOptions) => unknown;
