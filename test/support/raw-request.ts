import { type IncomingHttpHeaders, request } from 'node:http';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body, when it says that it is JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  json: any;
}

export interface RawRequest {
  method?: string;
  /** Sent as it stands: no `..` is resolved and nothing is encoded. */
  path: string;
  token?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** One request to 127.0.0.1 whose path and body reach the other side byte by byte. */
export function rawRequest(port: number, { method = 'GET', path, token, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    // Node would send the body of a DELETE without saying how long it is
    const chunked = 'Transfer-Encoding' in headers;
    const length = body !== undefined && !chunked && { 'Content-Length': String(Buffer.byteLength(body)) };
    const given = { ...(token && { Authorization: `token ${token}` }), ...length, ...headers };
    const sent = request({ host: '127.0.0.1', port, method, path, headers: given, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = res.headers['content-type']?.startsWith('application/json') && text !== '';
        resolve({ status: res.statusCode!, headers: res.headers, text, json: isJson ? JSON.parse(text) : undefined });
      });
    });
    sent.on('error', reject).end(body);
  });
}
