import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { InvalidInputError } from '../errors.js';
import type { HubRequest } from './hub-request.js';

/** A request body, parsed only when the handler asks: a missing resource is reported before a malformed body (reference rest-api 1.0). */
export class RequestBody {
  constructor(private readonly raw: Buffer | undefined) {}

  get text(): string {
    return this.raw?.toString('utf8').trim() ?? '';
  }

  /**
   * The JSON value of the body, whatever its Content-Type; `null` when the body is empty.
   * @throws InvalidInputError when it is no JSON.
   */
  json(): unknown {
    const { text } = this;
    if (text === '') return null;
    if (nestsTooDeeply(text)) throw new InvalidInputError(`Invalid JSON in body of request: more than ${DEEPEST} levels`);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new InvalidInputError('Invalid JSON in body of request', { cause: error });
    }
  }

  /** The fields of a form (application/x-www-form-urlencoded). */
  form(): URLSearchParams {
    return new URLSearchParams(this.text);
  }
}

/** Nobody needs more, and whoever walks through a value must not run out of stack. */
const DEEPEST = 100;

/** Counts brackets outside of strings, before anything is built from the text. */
function nestsTooDeeply(json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < json.length && depth <= DEEPEST; index += 1) {
    const char = json[index];
    if (char === '\\') index += 1;
    else if (char === '"') inString = !inString;
    else if (!inString && (char === '[' || char === '{')) depth += 1;
    else if (!inString && (char === ']' || char === '}')) depth -= 1;
  }
  return depth > DEEPEST;
}

export const LazyBody = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => new RequestBody(context.switchToHttp().getRequest<HubRequest>().body as Buffer | undefined),
);
