import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import {
  HubOAuth,
  pathOf,
  queryOf,
  redirect,
  sendError,
  sendJson,
  sendPage,
  WebError,
  type Log,
  type Visitor,
} from '#hub-client';
import type { ActivityReporter } from './activity.js';
import { openPlace, pathParts, type Place } from './folder.js';
import type { SingleUserOptions } from './options.js';
import { filePage, folderPage, type Frame } from './pages.js';

/** The level of JupyterHub's API that this server speaks; the hub compares it with its own. */
export const API_LEVEL = '6.0.0';

/** Bytes of a file that are shown on its page. */
const MAX_SHOWN = 512 * 1024;

type FilePlace = Extract<Place, { kind: 'file' }>;

/**
 * The server's requests: everything below the prefix is for those whom the hub lets in, except `PREFIX/api`, by which the hub sees
 * that it is up.
 */
export class SingleUser {
  readonly #auth: HubOAuth;

  constructor(
    private readonly options: SingleUserOptions,
    private readonly activity: ActivityReporter,
    private readonly log: Log,
  ) {
    this.#auth = new HubOAuth(options.oauth, log);
  }

  /** Answers one request; never rejects. */
  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    res.setHeader('X-JupyterHub-Version', API_LEVEL);
    try {
      await this.#answer(req, res);
    } catch (error) {
      if (!(error instanceof WebError)) this.log.error(`cannot answer ${req.method} ${pathOf(req)}: because ${String(error)}`);
      if (res.headersSent) return void res.destroy();
      const known =
        error instanceof WebError ? error : new WebError(500, "Something went wrong here; the server's log knows what.");
      sendError(req, res, known.status, known.message);
    }
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { prefix } = this.options.oauth;
    const path = pathOf(req);
    if (path === `${prefix}api`) return sendJson(res, { version: API_LEVEL });
    if (`${path}/` === prefix) return redirect(res, prefix);
    if (!path.startsWith(prefix)) throw new WebError(404, `This server answers below ${prefix} only.`);
    const visitor = await this.#auth.guard(req, res);
    if (!visitor) return;
    if (visitor.via === 'cookie') this.activity.record();
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new WebError(405, 'This server shows files and changes none.');
    const parts = this.#partsOf(path.slice(prefix.length));
    await this.#show(req, res, visitor, parts);
  }

  #partsOf(rest: string): string[] {
    if (rest === '') return [];
    if (rest === 'files' || rest.startsWith('files/')) return pathParts(rest.slice('files/'.length));
    throw new WebError(404, 'There is no such page on this server.');
  }

  async #show(req: IncomingMessage, res: ServerResponse, visitor: Visitor, parts: string[]): Promise<void> {
    const place = await openPlace(this.options.root, parts);
    const frame = this.#frame(visitor);
    if (place.kind === 'folder') return sendPage(res, folderPage(frame, { parts, ...place }));
    try {
      await this.#showFile(req, res, frame, parts, place);
    } finally {
      await place.handle.close();
    }
  }

  async #showFile(req: IncomingMessage, res: ServerResponse, frame: Frame, parts: string[], place: FilePlace): Promise<void> {
    const text = queryOf(req).has('download') ? undefined : await textOf(place);
    if (text !== undefined) return sendPage(res, filePage(frame, parts, text, place.size <= MAX_SHOWN));
    res.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': place.size,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(parts.at(-1)!).replaceAll("'", '%27')}`,
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    if (req.method === 'HEAD' || place.size === 0) return void res.end();
    // the length was promised: a file that grows meanwhile is sent as it was
    await pipeline(place.handle.createReadStream({ autoClose: false, start: 0, end: place.size - 1 }), res);
  }

  #frame({ identity }: Visitor): Frame {
    const { oauth, serverName, user } = this.options;
    return { user, serverName, visitor: identity.name, prefix: oauth.prefix, hubUrl: `${oauth.host}${oauth.baseUrl}hub/` };
  }
}

/** The beginning of a file when it is text (no NUL, valid UTF-8), else undefined. */
async function textOf({ handle, size }: FilePlace): Promise<string | undefined> {
  const buffer = Buffer.alloc(Math.min(size, MAX_SHOWN));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  const bytes = buffer.subarray(0, bytesRead);
  if (bytes.includes(0)) return undefined;
  try {
    // a character that is cut in two at the end is left out
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: size > bytesRead });
  } catch {
    return undefined;
  }
}
