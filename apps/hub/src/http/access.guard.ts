import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { NotAllowedError } from '../errors.js';
import type { Caller } from '../identity/caller.js';
import { CallerResolver } from '../identity/caller-resolver.js';
import { LoginFreshness } from '../identity/login-freshness.js';
import { RefusedTokens } from '../identity/refused-tokens.js';
import { ACCEPTS_TOKENS, ACCESS_RULE, type AccessRule, CHECKS_XSRF_ITSELF } from './access.js';
import { type HubRequest, speaksJson } from './hub-request.js';
import { LoginRequiredError } from './login-required.js';
import { ScopeCheck } from './scope-check.js';
import { Sessions } from './sessions.js';
import { apiNeedsXsrf, comesFromElsewhere, pageNeedsXsrf, xsrfArgument } from './xsrf.js';

const ACTIVITY_REPORT = /\/users\/:user\/activity$/;
const TOKEN_HEADER = /^(?:token|bearer)\s+(\S+)\s*$/i;

/** Decides for every route, in this order: who asks, whether it is really them, and whether they may (reference rest-api 1.0). */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly reflector: Reflector,
    private readonly callers: CallerResolver,
    private readonly refusals: RefusedTokens,
    private readonly sessions: Sessions,
    private readonly freshness: LoginFreshness,
    private readonly scopes: ScopeCheck,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HubRequest>();
    request.rule = this.#ruleOf(context);
    const isApi = speaksJson(request.routeOptions.url ?? '');
    request.caller = await this.#stillLoggedIn(await this.#identify(request, isApi || this.#has(context, ACCEPTS_TOKENS)));
    if (!this.#has(context, CHECKS_XSRF_ITSELF)) this.checkXsrf(request, isApi);
    await this.#checkRule(request.rule, request);
    if (request.caller && !ACTIVITY_REPORT.test(request.routeOptions.url ?? '')) this.callers.noteServerCall(request.caller);
    return true;
  }

  /** @throws NotAllowedError when a browser's request does not prove that it comes from one of our pages. */
  checkXsrf(request: HubRequest, isApi: boolean): void {
    if (!(isApi ? apiNeedsXsrf(request) : pageNeedsXsrf(request))) return;
    if (!isApi && comesFromElsewhere(request)) throw new NotAllowedError(`Cross-site ${request.method} refused`);
    this.sessions.xsrf.check(request, xsrfArgument(request));
  }

  async #identify(request: HubRequest, acceptsTokens: boolean): Promise<Caller | undefined> {
    const token = acceptsTokens ? TOKEN_HEADER.exec(request.headers.authorization ?? '')?.[1] : undefined;
    const byToken = token === undefined ? undefined : await this.callers.byToken(token);
    if (token !== undefined && !byToken) this.#noteRefusal(request);
    return byToken ?? (isForeignForm(request) ? undefined : this.sessions.callerOf(request));
  }

  /** Who has to log in again is nobody until then. */
  async #stillLoggedIn(caller: Caller | undefined): Promise<Caller | undefined> {
    return caller?.kind !== 'user' || (await this.freshness.holds(caller)) ? caller : undefined;
  }

  #noteRefusal(request: HubRequest): void {
    const { user } = request.params as { user?: string };
    if (user !== undefined) this.refusals.note(user);
  }

  async #checkRule(rule: AccessRule, request: HubRequest): Promise<void> {
    const { caller } = request;
    if (rule.kind === 'open' || (rule.kind === 'scope' && rule.openIf?.(this.config))) return;
    if (rule.kind === 'login' && !caller) throw loginRequired(request);
    if (!caller) throw new NotAllowedError(rule.kind === 'scope' ? 'Missing or invalid credentials.' : 'Forbidden');
    await this.scopes.requireRule(caller, request);
  }

  #ruleOf(context: ExecutionContext): AccessRule {
    const found = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [context.getHandler(), context.getClass()]);
    if (!found) throw new Error(`cannot serve ${context.getClass().name}.${context.getHandler().name}: because it has no access rule`);
    return found;
  }

  #has(context: ExecutionContext, key: symbol): boolean {
    return this.reflector.get<boolean | undefined>(key, context.getHandler()) ?? false;
  }
}

function loginRequired(request: HubRequest): Error {
  return request.method === 'GET' || request.method === 'HEAD' ? new LoginRequiredError(request.originalUrl) : new NotAllowedError('Forbidden');
}

/** A form of another site can POST to the API with the browser's cookies, but cannot call its body JSON. */
function isForeignForm(request: HubRequest): boolean {
  const type = request.headers['content-type'];
  if (request.method !== 'POST' || type === undefined || !speaksJson(request.routeOptions.url ?? '')) return false;
  return !type.split(';').some((part) => part.trim().toLowerCase().startsWith('application/json'));
}
