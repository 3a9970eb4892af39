import { SetMetadata } from '@nestjs/common';
import type { HubConfig } from '../config/schema.js';

/** The rule that stands on the line of every route: who may use it. */
export type AccessRule =
  | { kind: 'scope'; anyOf: readonly string[]; list: boolean; openIf?: (config: HubConfig) => boolean }
  | { kind: 'caller' }
  | { kind: 'login'; anyOf: readonly string[] }
  | { kind: 'open'; reason: string };

export const ACCESS_RULE = Symbol('ACCESS_RULE');

const rule = (value: AccessRule): MethodDecorator & ClassDecorator => SetMetadata(ACCESS_RULE, value);

/**
 * The caller needs one of these scopes on the resource that the path names (`:user`, `:server`, `:group`, `:service`),
 * or without a filter when the path names none.
 */
export const NeedsScope = (...anyOf: string[]) => rule({ kind: 'scope', anyOf, list: false });

/** A list: any filtered form of one of these scopes is enough, and the handler shows only the rows it covers. */
export const NeedsScopeForList = (...anyOf: string[]) => rule({ kind: 'scope', anyOf, list: true });

/** As `NeedsScopeForList`, and open to strangers if the operator says so. */
export const NeedsScopeUnless = (openIf: (config: HubConfig) => boolean, ...anyOf: string[]) => rule({ kind: 'scope', anyOf, list: true, openIf });

/** Any known caller, by token or cookie. */
export const NeedsCaller = () => rule({ kind: 'caller' });

/** A page for people who are logged in with a browser, with one of these scopes if there are any; strangers are sent to the login page. */
export const NeedsLogin = (...anyOf: string[]) => rule({ kind: 'login', anyOf });

/** Open to strangers, for the stated reason. */
export const Open = (reason: string) => rule({ kind: 'open', reason });

/** Marks a route that checks the XSRF token itself, because it must first know who asks. */
export const CHECKS_XSRF_ITSELF = Symbol('CHECKS_XSRF_ITSELF');
export const ChecksXsrfItself = (): MethodDecorator => SetMetadata(CHECKS_XSRF_ITSELF, true);

/** Marks a page that also accepts tokens (`Authorization` header), as the API does. */
export const ACCEPTS_TOKENS = Symbol('ACCEPTS_TOKENS');
export const AcceptsTokens = (): MethodDecorator => SetMetadata(ACCEPTS_TOKENS, true);
