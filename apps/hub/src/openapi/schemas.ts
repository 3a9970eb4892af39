import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import type { AnswerShape, BodyShape } from '../http/api-doc.js';
import { MODELS } from './models.js';

type Components = NonNullable<OpenAPIObject['components']>;
export type Schema = Exclude<NonNullable<Components['schemas']>[string], { $ref: string }>;
export type Content = Record<string, { schema: Schema | { $ref: string } }>;

const address = (model: string): string => `#/components/schemas/${model}`;

export const reference = (model: string) => ({ $ref: address(model) });

// bodies are described as they are sent; what JSON Schema cannot say is left open
const OPTIONS = { io: 'input', unrepresentable: 'any', override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => tidy(jsonSchema) } as const;

/** Leaves out what says nothing: the bounds of every integer, and that keys are strings. */
function tidy(schema: Record<string, unknown>): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  delete schema.propertyNames;
}

/** All models as JSON schemas that refer to each other. */
export function modelSchemas(): Record<string, Schema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(MODELS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { ...OPTIONS, uri: address });
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema as Schema]));
}

export function bodyContent(body: BodyShape): Content {
  if (typeof body === 'string') return { 'application/json': { schema: reference(body) } };
  if ('form' in body) return { 'application/x-www-form-urlencoded': { schema: reference(body.form) } };
  const { $schema: _, ...schema } = z.toJSONSchema(body, OPTIONS);
  return { 'application/json': { schema: schema as Schema } };
}

export function answerContent(shape: AnswerShape): Content {
  if (typeof shape === 'object' && 'text' in shape) return { [shape.text]: { schema: { type: 'string' } } };
  return { 'application/json': { schema: answerSchema(shape) } };
}

function answerSchema(shape: Exclude<AnswerShape, { text: string }>): Schema | { $ref: string } {
  if (typeof shape === 'string') return reference(shape);
  if ('listOf' in shape) return listOf(shape.listOf);
  if ('mapOf' in shape) return mapOf(shape.mapOf);
  if ('envelopeOf' in shape) return enveloped(listOf(shape.envelopeOf));
  const plain = 'pageOf' in shape ? listOf(shape.pageOf) : mapOf(shape.mapPageOf);
  return { anyOf: [plain, enveloped(plain)] };
}

const listOf = (model: string): Schema => ({ type: 'array', items: reference(model) });
const mapOf = (model: string): Schema => ({ type: 'object', additionalProperties: reference(model) });

const enveloped = (items: Schema): Schema => ({
  type: 'object',
  properties: { items, _pagination: reference('Pagination') },
  required: ['items', '_pagination'],
});
