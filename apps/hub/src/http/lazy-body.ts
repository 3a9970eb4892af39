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
    if (this.text === '') return null;
    try {
      return JSON.parse(this.text);
    } catch (error) {
      throw new InvalidInputError('Invalid JSON in body of request', { cause: error });
    }
  }

  /** The fields of a form (application/x-www-form-urlencoded). */
  form(): URLSearchParams {
    return new URLSearchParams(this.text);
  }
}

export const LazyBody = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => new RequestBody(context.switchToHttp().getRequest<HubRequest>().body as Buffer | undefined),
);
