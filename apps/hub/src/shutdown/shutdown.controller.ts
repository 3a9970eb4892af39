import { HttpCode, Post, Res } from '@nestjs/common';
import { InvalidInputError } from '../errors.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import type { HubReply } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { ShutdownService } from './shutdown.service.js';

@ApiController('shutdown')
export class ShutdownController {
  constructor(private readonly shutdown: ShutdownService) {}

  @Post()
  @HttpCode(202)
  @NeedsScope('shutdown')
  @Describe({
    summary: 'Stop the hub, and on demand servers and proxy',
    body: 'ShutdownRequest',
    optionalBody: true,
    answers: { 202: 'ShutdownAnswer' },
  })
  stop(@LazyBody() body: RequestBody, @Res({ passthrough: true }) reply: HubReply) {
    const json = (body.json() ?? {}) as Record<string, unknown>;
    const wish = { proxy: flag('proxy', json.proxy), servers: flag('servers', json.servers) };
    // only once the answer is out: the caller shall learn that it worked
    reply.raw.once('finish', () => this.shutdown.request(wish));
    return { message: 'Shutting down Hub' };
  }
}

/** Python's `value in {True, False}`, which lets 0 and 1 pass. */
function flag(name: string, value: unknown): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === true || value === 1) return true;
  if (value === false || value === 0) return false;
  throw new InvalidInputError(`${name} must be true or false, got ${JSON.stringify(value)}`);
}
