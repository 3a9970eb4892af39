import { accountName, isLetIn, isListed } from '../authenticators/account-names.js';
import { authenticatorTraits } from '../authenticators/allowed.js';
import type { Authenticator, AuthModel } from '../authenticators/authenticator.js';
import { usernameProblem } from '../authenticators/usernames.js';
import { callPageHook } from '../call-hook.js';
import type { HubConfig } from '../config/schema.js';
import { HubError } from '../errors.js';

/** What the steps need to know beyond the model. */
export interface LoginContext {
  config: HubConfig;
  authenticator: Authenticator;
  /** Where the person comes from, for `post_auth_hook`. */
  address: string;
  isUser(name: string): Promise<boolean>;
}

/** Why somebody who is who they say they are may not come in all the same; for the log, not for them. */
export class NotAdmittedError extends HubError {}

type LoginStep = (model: AuthModel, context: LoginContext) => Promise<AuthModel> | AuthModel;

/** From who somebody is to whether they may come in, and as what: reference hub-behaviour 4.3, in its order. */
const STEPS: readonly LoginStep[] = [normalized, valid, notBlocked, allowed, withAdmin, hooked];

/** @throws NotAdmittedError, or what the driver and `post_auth_hook` throw */
export async function admitted(model: AuthModel, context: LoginContext): Promise<AuthModel> {
  let admitted = model;
  for (const step of STEPS) admitted = await step(admitted, context);
  return admitted;
}

/** The one place where a name is normalised at a login, so that every rule after it sees the same name. */
function normalized(model: AuthModel, context: LoginContext): AuthModel {
  return { ...model, name: accountName(model.name, context) };
}

async function valid(model: AuthModel, { config, isUser }: LoginContext): Promise<AuthModel> {
  // names that were given before there was such a rule stay good
  const problem = usernameProblem(model.name, authenticatorTraits(config), { isNew: !(await isUser(model.name)) });
  if (problem) throw new NotAdmittedError(problem);
  return model;
}

async function notBlocked(model: AuthModel, context: LoginContext): Promise<AuthModel> {
  const { config, authenticator } = context;
  if (isListed(authenticatorTraits(config).blocked_users, model.name, context) || (await authenticator.blocks?.(model))) throw new NotAdmittedError('blocked');
  return model;
}

async function allowed(model: AuthModel, context: LoginContext): Promise<AuthModel> {
  const isWelcome = (await isLetIn(model.name, context, () => context.isUser(model.name))) || (await context.authenticator.allows?.(model));
  if (!isWelcome) throw new NotAdmittedError('not allowed');
  return model;
}

async function withAdmin(model: AuthModel, context: LoginContext): Promise<AuthModel> {
  if (model.admin !== undefined) return model;
  const isNamed = isListed(authenticatorTraits(context.config).admin_users, model.name, context);
  const admin = isNamed || (await context.authenticator.isAdmin?.(model));
  return admin === undefined ? model : { ...model, admin };
}

async function hooked(model: AuthModel, { config, address }: LoginContext): Promise<AuthModel> {
  const { post_auth_hook: hook, ...traits } = authenticatorTraits(config);
  if (!hook) return model;
  const changed = await callPageHook('Authenticator.post_auth_hook', ({ signal }) => hook(model, { address, signal }));
  if (!changed) throw new NotAdmittedError('refused by Authenticator.post_auth_hook');
  const problem = typeof changed.name === 'string' ? usernameProblem(changed.name, traits) : 'Authenticator.post_auth_hook gave it no name';
  if (problem) throw new NotAdmittedError(problem);
  return changed;
}
