import { entryOf } from './entry-of.js';

/** What to write in a JavaScript or TypeScript config for code that Python had in a trait. */
export interface Replacement {
  /** A value for the trait, or for the part of it that is code. */
  write: string;
  /** What that is to do, in a sentence. */
  meaning: string;
}

const SCOPES: Replacement = { write: "(spawner) => ['SCOPE']", meaning: 'gives the scopes' };

const HOOKS: Record<string, Replacement> = {
  pre_spawn_hook: { write: 'async (spawner, { signal }) => { … }', meaning: 'is called before each start; what it throws ends the start' },
  post_stop_hook: { write: 'async (spawner, { signal }) => { … }', meaning: 'is called after each stop; what it throws is logged' },
  auth_state_hook: { write: 'async (spawner, authState, { signal }) => { … }', meaning: 'is called before a start and before the form; spawner.userdata keeps what later hooks need' },
  progress_ready_hook: { write: "(spawner, event) => ({ ...event, message: 'TEXT' })", meaning: 'gives the last event of a start' },
  options_form: { write: "(spawner) => 'HTML'", meaning: 'gives the HTML of the fields' },
  options_from_form: { write: '(fields, spawner) => ({ OPTION: fields.OPTION?.[0] })', meaning: 'gives the options; what it throws is shown above the form' },
  apply_user_options: { write: '(spawner, options) => { … }', meaning: 'sets traits of the spawner; what it throws refuses the start' },
  environment: { write: "(spawner) => 'TEXT'", meaning: 'gives the value of the variable' },
  group_overrides: { write: "(spawner) => ({ NAME: { groups: ['GROUP'], spawner_override: { … } } })", meaning: 'gives the overrides, or as a value in one, that value' },
  server_token_scopes: SCOPES,
  oauth_client_allowed_scopes: SCOPES,
  username_claim: { write: '({ CLAIM }) => CLAIM', meaning: 'gives the name, from what the provider tells of somebody' },
  auth_state_groups_key: { write: "(authState) => ['GROUP']", meaning: 'gives the groups, from what is kept of the login' },
  modify_auth_state_hook: { write: 'async (authState) => authState', meaning: 'gives what is to be kept of a login' },
  refresh_user_hook: { write: 'async ({ name, authState }) => null', meaning: 'says whether a login still holds; null to have the provider asked' },
  post_auth_hook: { write: 'async (model, { address }) => model', meaning: 'sees everybody who may come in; null refuses' },
  default_url: { write: "(handler) => '/PATH'", meaning: 'gives where people land; null for the usual place' },
  named_server_limit_per_user: { write: '(handler) => 3', meaning: 'gives the limit for who asks' },
  user_redirect_hook: { write: '(path, request, user, baseUrl) => null', meaning: 'gives where /hub/user-redirect/PATH leads; null for the usual place' },
  template_vars: { write: "(user) => 'TEXT'", meaning: 'gives the variable; user is null for strangers' },
  spawner_class: { write: 'class MySpawner extends LocalProcessSpawner { … }', meaning: 'starts servers; LocalProcessSpawner comes from elara/config' },
  authenticator_class: { write: 'class MyAuthenticator { … }', meaning: 'has the methods of Authenticator in elara/config' },
};

/** undefined where no code can stand here either. */
export const replacementOf = (trait: string): Replacement | undefined => entryOf(HOOKS, trait);
