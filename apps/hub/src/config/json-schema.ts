import { z } from 'zod';
import { CLASS_HELP } from './classes/help.js';
import { type ClassName, hubConfigSchema } from './schema.js';

/** The text of elara.schema.json, by which editors complete and check the YAML and JSON forms of the config. */
export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(hubConfigSchema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    // no function can be written in these formats
    override: ({ zodSchema, jsonSchema }) => void (zodSchema._zod.def.type === 'custom' && (jsonSchema.not = {})),
  });
  for (const [name, section] of Object.entries(schema.properties ?? {})) {
    if (typeof section === 'object') section.description = CLASS_HELP[name as ClassName];
  }
  return `${JSON.stringify({ ...schema, title: 'Config of Elara' }, null, 2)}\n`;
}
