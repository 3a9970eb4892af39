import { replacementOf } from '../names/replacements.js';
import { ancestry, isClassName } from '../names/classes.js';
import { entryOf } from '../names/entry-of.js';
import { REFUSED } from '../names/refused.js';

const PLAIN: Record<string, string> = {
  auth_state_groups_key: 'write where the groups are, such as oauth_user.groups',
  authenticator_class: "write its name: 'pam', 'github', 'generic-oauth' and so on",
  username_claim: 'write the name of a claim',
  spawner_class: "write its name: 'localprocess', 'simple', 'sudo' or 'systemd'",
  proxy_class: "write its name: 'configurable-http-proxy'",
  environment: 'write the text that it would give',
  options_form: 'write the HTML that it would give',
  options_from_form: "write 'passthrough' or 'simple'",
  apply_user_options: 'write a mapping of option names to keys of the spawner',
};

/** What to say about a value that is code (`a function`, `a class`, …) where only data can stand. */
export function notDataMessage(className: string, trait: string, kind: string): string {
  return `is ${kind}, and only data can be used here; ${refusedBecause(className, trait) ?? entryOf(PLAIN, trait) ?? 'write the value that it would give'}`;
}

/** The same of a Python config, whose functions and classes a JavaScript config can have. */
export function pythonCodeMessage(className: string, trait: string, kind: string): string {
  const refused = refusedBecause(className, trait);
  const replacement = replacementOf(trait);
  if (refused !== undefined || !replacement || !/^(a (class|function|lambda|callable)\b)/.test(kind)) return notDataMessage(className, trait, kind);
  const plain = entryOf(PLAIN, trait);
  const inScript = `in a JavaScript or TypeScript config: ${trait} as ${replacement.write}; elara migrate-config begins one`;
  return `is ${kind}, and Elara runs no Python; ${plain ? `${plain}, or ` : 'write '}${inScript}`;
}

function refusedBecause(className: string, trait: string): string | undefined {
  if (!isClassName(className)) return undefined;
  return ancestry(className).map((name) => entryOf(REFUSED[name] ?? {}, trait)).find(Boolean);
}
