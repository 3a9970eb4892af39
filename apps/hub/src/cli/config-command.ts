import { annotatedYaml } from '../config/annotated.js';
import { jsonSchemaText } from '../config/json-schema.js';
import { loadConfig, type LoadOptions } from '../config/load-config.js';
import { masked } from '../config/masked.js';
import { typesText } from '../config/types-text.js';
import { printWarnings } from './output.js';
import { shownYaml } from './shown-yaml.js';
import { writeNew } from './write-new.js';

export interface GenerateOptions {
  /** File to write; standard output unless given. */
  output?: string | undefined;
  /** Write over an existing file. */
  overwrite?: boolean;
  /** The JSON schema for editors instead of the annotated config. */
  schema?: boolean;
  /** The types for editors of JavaScript and TypeScript configs instead. */
  types?: boolean;
}

/** `elara config generate`: the annotated config, its JSON schema, or its types. */
export async function generateConfig({ output, overwrite = false, schema = false, types = false }: GenerateOptions): Promise<number> {
  const text = types ? typesText() : schema ? jsonSchemaText() : annotatedYaml();
  if (output === undefined) process.stdout.write(text);
  else await writeNew(output, text, { overwrite });
  return 0;
}

/** `elara config show`: the config as the hub would use it, without secrets. Starts nothing and writes nothing. */
export async function showConfig(load: LoadOptions, { json = false }: { json?: boolean }): Promise<number> {
  const loaded = await loadConfig(load);
  printWarnings(loaded.warnings);
  const config = masked(loaded.config);
  process.stdout.write(
    json ? `${JSON.stringify(config, null, 2)}\n` : shownYaml(config, (className, trait) => loaded.locate(className, trait)),
  );
  return 0;
}
