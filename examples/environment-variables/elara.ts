import { defineConfig, InvalidInputError, SimpleLocalProcessSpawner, type HookSpawner, type SpawnContext, type SpawnFormData } from 'elara/config';

const NAME = /^[A-Z_][A-Z0-9_]*$/;

/** What a server needs to know its hub by. */
const RESERVED = /^(JUPYTERHUB|JPY|ELARA)_|^(PATH|HOME|USER)$/;

type Variables = Record<string, string>;

const escaped = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** Whether it came from the form or from the API: only variables that are nobody else's. */
function variablesIn({ env = {} }: Readonly<Record<string, unknown>>): Variables {
  if (typeof env !== 'object' || env === null) throw new InvalidInputError('env has to be a mapping of names to values');
  for (const [name, value] of Object.entries(env)) {
    if (!NAME.test(name) || RESERVED.test(name) || typeof value !== 'string' || value.includes('\0')) throw new InvalidInputError(`${JSON.stringify(name)} cannot be set`);
  }
  return env as Variables;
}

/** `NAME=value` on each line. */
function parsed(text: string): Variables {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return Object.fromEntries(lines.map((line): [string, string] => {
    const [name = '', ...value] = line.split('=');
    if (value.length === 0) throw new InvalidInputError(`${JSON.stringify(line)} is no line such as NAME=value`);
    return [name.trim(), value.join('=').trim()];
  }));
}

/** Asks for environment variables of the server; those of the last start are there to begin with. */
class EnvironmentSpawner extends SimpleLocalProcessSpawner {
  optionsForm({ user, user_options }: HookSpawner): string {
    const before = Object.entries((user_options.env ?? { YOUR_NAME: user.name }) as Variables);
    return `<label for="env" class="form-label">Environment variables, NAME=value on each line</label>
      <textarea id="env" name="env" class="form-control" rows="4">${escaped(before.map((pair) => pair.join('=')).join('\n'))}</textarea>`;
  }

  optionsFromForm({ env = [] }: SpawnFormData): { env: Variables } {
    return { env: variablesIn({ env: parsed(env.map(String).join('\n')) }) };
  }

  override async start(context: SpawnContext, signal: AbortSignal) {
    const variables = variablesIn(context.options);
    return super.start({ ...context, environment: (address) => ({ ...context.environment(address), ...variables }) }, signal);
  }
}

export default defineConfig({
  JupyterHub: { bind_url: 'http://127.0.0.1:8000', authenticator_class: 'dummy', spawner_class: EnvironmentSpawner },
  SimpleLocalProcessSpawner: { home_dir_template: 'var/home/{username}' },
});
