import { defineConfig, InvalidInputError, SimpleLocalProcessSpawner, type HookSpawner, type SpawnContext, type SpawnFormData } from 'elara/config';

const ARGUMENT = /^--[A-Za-z][\w.-]*(=.*)?$/;

const escaped = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** Whether it came from the form or from the API: only arguments that begin with two hyphens. */
function argumentsIn({ args = [] }: Readonly<Record<string, unknown>>): string[] {
  const wrong = Array.isArray(args) ? args.find((arg) => typeof arg !== 'string' || !ARGUMENT.test(arg)) : args;
  if (!Array.isArray(args) || wrong !== undefined) throw new InvalidInputError(`${JSON.stringify(wrong)} is no argument such as --debug or --ServerApp.port_retries=0`);
  return args as string[];
}

/** Asks for further arguments of the server's command line; those of the last start are there to begin with. */
class ArgumentsSpawner extends SimpleLocalProcessSpawner {
  optionsForm({ user_options }: HookSpawner): string {
    const before = Array.isArray(user_options.args) ? user_options.args.join('\n') : '';
    return `<label for="args" class="form-label">Arguments, one on each line</label>
      <textarea id="args" name="args" class="form-control" rows="4">${escaped(before)}</textarea>`;
  }

  optionsFromForm({ args = [] }: SpawnFormData): { args: string[] } {
    const lines = args.flatMap((text) => String(text).split(/\r?\n/)).map((line) => line.trim());
    const options = { args: lines.filter((line) => line !== '') };
    argumentsIn(options);
    return options;
  }

  override async start(context: SpawnContext, signal: AbortSignal) {
    return super.start({ ...context, argv: [...context.argv, ...argumentsIn(context.options)] }, signal);
  }
}

export default defineConfig({
  JupyterHub: { bind_url: 'http://127.0.0.1:8000', authenticator_class: 'dummy', spawner_class: ArgumentsSpawner },
  SimpleLocalProcessSpawner: { home_dir_template: 'var/home/{username}' },
});
