import { entryOf } from '../names/entry-of.js';
import { REFUSED } from '../names/refused.js';
import { ancestry, isClassName } from '../names/classes.js';

const NAMES: Record<string, string> = {
  authenticator_class: "write its name: 'pam', 'dummy', 'shared-password' or 'null'",
  spawner_class: "write its name: 'localprocess', 'simple', 'sudo' or 'systemd'",
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
