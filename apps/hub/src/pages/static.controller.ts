import { Get, Head, Req, Res } from '@nestjs/common';
import { NotFoundError } from '../errors.js';
import { Open } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { queryOf } from './landing.js';
import { type StaticFile, StaticFiles } from './static-files.js';

const OPEN = 'login pages need their styles, scripts and logo';
const TEN_YEARS = 315_360_000;

/** `/hub/static/...` and `/hub/logo`. */
@PageController()
export class StaticController {
  constructor(private readonly files: StaticFiles) {}

  @Get('static/*')
  @Open(OPEN)
  async get(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    await send(request, reply, this.#find(request));
  }

  @Head('static/*')
  @Open(OPEN)
  async head(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    await send(request, reply, this.#find(request));
  }

  @Get('logo')
  @Open(OPEN)
  async logo(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    await send(request, reply, this.files.logo());
  }

  @Head('logo')
  @Open(OPEN)
  async logoHead(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    await send(request, reply, this.files.logo());
  }

  #find(request: HubRequest): StaticFile {
    const file = this.files.find((request.params as Record<string, string>)['*'] ?? '');
    if (!file) throw new NotFoundError('There is no such file.');
    return file;
  }
}

async function send(request: HubRequest, reply: HubReply, file: StaticFile): Promise<void> {
  const etag = `"${file.hash}"`;
  // an address with an outdated hash may be shown, but not kept
  const isPinned = file.permanent || queryOf(request).get('v') === file.hash;
  void reply.headers({ ETag: etag, Vary: 'Accept-Encoding', 'Cache-Control': isPinned ? `public, max-age=${TEN_YEARS}, immutable` : 'no-cache' });
  if (request.headers['if-none-match'] === etag) {
    await reply.code(304).send();
    return;
  }
  const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) ? await file.gzipped?.() : undefined;
  if (zipped) void reply.header('Content-Encoding', 'gzip');
  await reply.type(file.type).send(zipped ?? file.content);
}
