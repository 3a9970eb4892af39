import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  heldScope,
  HubOAuth,
  pathOf,
  readBody,
  redirect,
  sendError,
  sendJson,
  sendPage,
  WebError,
  type Log,
  type Visitor,
} from '#hub-client';
import { MAX_ANNOUNCEMENT, type Board } from './board.js';
import { boardPage } from './board-page.js';
import type { BoardOptions } from './options.js';

const MAX_BODY_BYTES = 64 * 1024;

/** Held by those who may change the announcement without being admins; to be declared in the hub's `custom_scopes`. */
const WRITE_SCOPE = 'custom:announcement:write';

type Routes = Pick<BoardOptions, 'oauth' | 'name'> & { board: Board; log: Log };

/**
 * The board's requests: `GET PREFIX` is the page, `GET PREFIX/latest` the announcement as JSON for anybody. Either takes the page's
 * form, `POST` of `{"announcement": "…"}` and `DELETE` from those who may write.
 */
export class BoardRoutes {
  readonly #auth: HubOAuth;

  constructor(private readonly routes: Routes) {
    this.#auth = new HubOAuth(routes.oauth, routes.log);
  }

  /** Answers one request; never rejects. */
  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      await this.#answer(req, res);
    } catch (error) {
      if (!(error instanceof WebError))
        this.routes.log.error(`cannot answer ${req.method} ${pathOf(req)}: because ${String(error)}`);
      if (res.headersSent) return void res.destroy();
      const known =
        error instanceof WebError ? error : new WebError(500, 'Something went wrong here; the log of the service knows what.');
      sendError(req, res, known.status, known.message);
    }
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { prefix } = this.routes.oauth;
    const path = pathOf(req);
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    if (path === `${prefix}latest` && isRead) return this.#latest(res);
    const visitor = await this.#auth.guard(req, res);
    if (!visitor) return;
    if (![prefix, prefix.slice(0, -1), `${prefix}latest`].includes(path))
      throw new WebError(404, 'There is no such page on this board.');
    if (isRead) return this.#page(res, visitor);
    this.#needWriter(visitor);
    return visitor.form ? this.#form(res, visitor, visitor.form) : this.#change(req, res, visitor);
  }

  #latest(res: ServerResponse): void {
    // everybody may read it, pages of a hub on another host too
    res.setHeader('Access-Control-Allow-Origin', '*');
    res.setHeader('Cache-Control', 'no-cache');
    sendJson(res, this.routes.board.current);
  }

  #page(res: ServerResponse, visitor: Visitor): void {
    const { board, oauth } = this.routes;
    const hubHome = `${oauth.host}${oauth.baseUrl}hub/home`;
    sendPage(res, boardPage({ current: board.current, visitor, mayPost: this.#mayPost(visitor), prefix: oauth.prefix, hubHome }));
  }

  async #form(res: ServerResponse, visitor: Visitor, form: URLSearchParams): Promise<void> {
    if (form.get('action') === 'clear') await this.#clear(visitor);
    else await this.#post(form.get('announcement')?.replaceAll('\r\n', '\n'), visitor);
    redirect(res, this.routes.oauth.prefix, 303);
  }

  async #change(req: IncomingMessage, res: ServerResponse, visitor: Visitor): Promise<void> {
    if (req.method === 'DELETE') return sendJson(res, await this.#clear(visitor));
    if (req.method !== 'POST') throw new WebError(405, 'This takes GET, POST and DELETE.');
    sendJson(res, await this.#post(await announcementOf(req), visitor));
  }

  async #post(text: unknown, { identity }: Visitor) {
    if (typeof text !== 'string' || !text.trim()) throw new WebError(400, 'The announcement must be text, and not empty.');
    if (text.length > MAX_ANNOUNCEMENT)
      throw new WebError(413, `The announcement is longer than ${MAX_ANNOUNCEMENT} characters.`);
    const posted = await this.routes.board.post(text, identity.name);
    this.routes.log.info(`${identity.kind} ${identity.name} posted an announcement`);
    return posted;
  }

  async #clear({ identity }: Visitor) {
    const cleared = await this.routes.board.clear();
    this.routes.log.info(`${identity.kind} ${identity.name} cleared the announcement`);
    return cleared;
  }

  #mayPost({ identity }: Visitor): boolean {
    const wanted = [WRITE_SCOPE, `${WRITE_SCOPE}!service=${this.routes.name}`];
    return identity.admin === true || heldScope(wanted, identity.scopes) !== undefined;
  }

  #needWriter(visitor: Visitor): void {
    if (!this.#mayPost(visitor)) throw new WebError(403, 'Only admins change the announcement.');
  }
}

/** The text in a JSON body `{"announcement": "…"}`, whatever type it says it has: `curl -d` calls everything a form. */
async function announcementOf(req: IncomingMessage): Promise<unknown> {
  const text = (await readBody(req, MAX_BODY_BYTES)).toString();
  try {
    return (JSON.parse(text) as { announcement?: unknown } | null)?.announcement;
  } catch (error) {
    throw new WebError(400, 'Invalid JSON in body of request', { cause: error });
  }
}
