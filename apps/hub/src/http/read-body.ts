import type { IncomingMessage } from 'node:http';
import { InvalidInputError, messageOf, TooLargeError, UnsupportedContentError } from '../errors.js';

/** How many times the limit is still read, and thrown away, of a body that will be refused. */
const PATIENCE = 16;

/**
 * Reads a body as bytes. One that will be refused is read to its end as well, if that is not too far away: a client, or the proxy
 * before us, that cannot get rid of its body sees a broken connection and not our answer.
 * @param limit bytes
 * @throws UnsupportedContentError, TooLargeError, InvalidInputError
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      if (size > limit * PATIENCE) break;
    }
  } catch (error) {
    throw new InvalidInputError(`cannot read the body: because ${messageOf(error)}`, { cause: error });
  }
  requirePlain(request.headers['content-encoding']);
  if (size > limit) throw new TooLargeError(`Request body is larger than this hub accepts (${limit} bytes)`);
  return Buffer.concat(chunks);
}

function requirePlain(encoding: string | undefined): void {
  if (encoding === undefined || encoding === 'identity') return;
  throw new UnsupportedContentError(`cannot read a body with Content-Encoding ${encoding.slice(0, 40)}: because only plain bodies are accepted`);
}
