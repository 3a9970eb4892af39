import type { Schema } from './schemas.js';

interface Part {
  text: string;
  /** The model that the text names. */
  model?: string;
}

/** A schema as people read it, in the manner of TypeScript: `{ name: string, admin?: boolean }`. */
export function typeText(schema: Schema | { $ref: string } | undefined, indent = ''): Part[] {
  if (schema === undefined) return [{ text: 'any' }];
  if ('$ref' in schema) return [named(schema.$ref)];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return joined(choices.map((choice) => typeText(choice, indent)), ' | ');
  if (schema.enum) return [{ text: schema.enum.map((value) => JSON.stringify(value)).join(' | ') }];
  if ('const' in schema) return [{ text: JSON.stringify(schema.const) }];
  if (schema.type === 'array') return [{ text: 'list of ' }, ...typeText(schema.items, indent)];
  return schema.type === 'object' ? objectText(schema, indent) : [{ text: [schema.type ?? 'any'].flat().join(' | ') }];
}

function named(reference: string): Part {
  const model = reference.split('/').at(-1)!;
  return { text: model, model };
}

function objectText({ properties = {}, required = [], additionalProperties }: Schema, indent: string): Part[] {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, value]): Part[] => {
    const described = 'description' in value && value.description ? `  // ${value.description}` : '';
    return [{ text: `\n${inner}${name}${required.includes(name) ? '' : '?'}: ` }, ...typeText(value, inner), { text: described }];
  });
  if (lines.length > 0) return [{ text: '{' }, ...lines.flat(), { text: `\n${indent}}` }];
  if (!additionalProperties) return [{ text: '{}' }];
  return [{ text: '{ [name]: ' }, ...typeText(typeof additionalProperties === 'object' ? additionalProperties : undefined, indent), { text: ' }' }];
}

const joined = (lists: Part[][], separator: string): Part[] => lists.flatMap((parts, index) => (index === 0 ? parts : [{ text: separator }, ...parts]));
