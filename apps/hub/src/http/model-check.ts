import { z } from 'zod';
import { InvalidInputError } from '../errors.js';

/**
 * Holds a JSON body against the keys and types of a model. Unknown keys and wrong types are refused, as reference rest-api 1.0
 * ("Model check") says; the message names the first thing that is wrong.
 * @param kind how messages call the thing: `user`, `group`, `service`
 */
export function checkModel<S extends z.ZodObject>(kind: string, schema: S, body: unknown): z.infer<S> {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw new InvalidInputError(`Invalid JSON data: expected an object with any of ${Object.keys(schema.shape).join(', ')}`);
  }
  const unknown = Object.keys(body).filter((key) => !Object.hasOwn(schema.shape, key));
  if (unknown.length > 0) {
    throw new InvalidInputError(`Invalid JSON keys: ${unknown.join(', ')} (known: ${Object.keys(schema.shape).join(', ')})`);
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data as z.infer<S>;
  const { path, message } = parsed.error.issues[0]!;
  throw new InvalidInputError(`${[kind, ...path].join('.')}: ${message}`);
}
