import { entryOf } from '../names/entry-of.js';
import { REFUSED } from '../names/refused.js';
import { ancestry, isClassName } from '../names/classes.js';

const NAMES: Record<string, string> = {
  auth_state_groups_key: 'write where the groups are, such as oauth_user.groups, or use a JavaScript config',
  authenticator_class: "write its name: 'pam', 'github', 'generic-oauth' and so on; elara config generate lists them",
  modify_auth_state_hook: 'use a JavaScript config',
  refresh_user_hook: 'use a JavaScript config',
  username_claim: 'write the name of a claim, or use a JavaScript config',
  spawner_class: "write its name: 'localprocess' or 'simple'",
  proxy_class: "write its name: 'configurable-http-proxy'",
  environment: 'write the text that it would give',
  options_form: 'write the HTML that it would give, or use a JavaScript config',
  options_from_form: "write 'passthrough' or 'simple', or use a JavaScript config",
  apply_user_options: 'write a mapping of option names to keys of the spawner',
};

/** What to say about a value that is code (`a function`, `a class`, …) where only data can stand. */
export function notDataMessage(className: string, trait: string, kind: string): string {
  return `is ${kind}, and only data can be used here; ${insteadOf(className, trait)}`;
}

function insteadOf(className: string, trait: string): string {
  const refused = isClassName(className)
    ? ancestry(className)
        .map((name) => entryOf(REFUSED[name] ?? {}, trait))
        .find(Boolean)
    : undefined;
  return refused ?? entryOf(NAMES, trait) ?? 'write the value that it would give';
}
