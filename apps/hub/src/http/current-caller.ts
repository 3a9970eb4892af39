import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '../identity/caller.js';
import type { HubRequest } from './hub-request.js';

/** The authenticated caller; undefined only on open routes. */
export const CurrentCaller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Caller | undefined => context.switchToHttp().getRequest<HubRequest>().caller,
);
