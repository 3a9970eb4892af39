import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { WebError } from '../program/responses.js';
import { sameText } from './digest.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** True for methods that change something. */
export const isWrite = (req: IncomingMessage): boolean => !READS.has(req.method ?? 'GET');

/**
 * The token that a session's forms and scripts have to send back. It depends on the login, so that a token (or a cookie)
 * planted by another site fits nobody else's session.
 */
export const xsrfToken = (secret: string, accessToken: string): string =>
  createHmac('sha256', secret).update(`xsrf:${accessToken}`).digest('base64url');

/**
 * Refuses requests that a foreign page may have made a browser send: writes, and reads by scripts. They need the token as header
 * `X-XSRFToken` (or `X-CSRFToken`) or form field `_xsrf`, and must come from a page of the same origin where the browser says so.
 *
 * @param sent the form's field, when there is a form
 * @throws WebError 403
 */
export function checkXsrf(req: IncomingMessage, expected: string, sent: string | null | undefined): void {
  const byScript = req.headers['sec-fetch-mode'] === 'cors' || req.headers['sec-fetch-mode'] === 'same-origin';
  if (!isWrite(req) && !byScript) return;
  const site = req.headers['sec-fetch-site'] ?? 'same-origin';
  if ((site !== 'same-origin' && site !== 'none') || !isOwnOrigin(req))
    throw new WebError(403, 'Cross-site requests are refused.');
  const token = sent ?? req.headers['x-xsrftoken'] ?? req.headers['x-csrftoken'];
  if (!token) throw new WebError(403, `'_xsrf' argument missing from ${req.method}`);
  if (!sameText(String(token), expected)) throw new WebError(403, `XSRF token does not match ${req.method} argument`);
}

function isOwnOrigin(req: IncomingMessage): boolean {
  const { origin } = req.headers;
  if (origin === undefined) return true;
  const hosts = [req.headers.host, ...String(req.headers['x-forwarded-host'] ?? '').split(',')].map((host) =>
    host?.trim().toLowerCase(),
  );
  return URL.canParse(origin) && hosts.includes(new URL(origin).host);
}
