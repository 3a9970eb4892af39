import { request, type IncomingHttpHeaders } from 'node:http';

export interface Page {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  url: URL;
}

interface Cookie {
  name: string;
  value: string;
  host: string;
  path: string;
}

/** Just enough of a browser: cookies by host and path, redirects, forms, and the Sec-Fetch headers of a person who clicks. */
export class Browser {
  cookies: Cookie[] = [];

  /** @param proxied origins that the browser meets at other addresses: what a proxy in front does */
  constructor(private readonly proxied: Record<string, string> = {}) {}

  /** Opens a page and goes wherever it sends the browser. */
  async open(address: string, headers: Record<string, string> = {}): Promise<Page> {
    let page = await this.send('GET', address, { headers });
    for (let hops = 0; page.headers.location && hops < 10; hops++) page = await this.send('GET', this.#next(page), { headers });
    return page;
  }

  /** Sends a form as a page of the same site would. */
  async submit(address: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    const body = new URLSearchParams(fields).toString();
    const own = {
      'Content-Type': 'application/x-www-form-urlencoded',
      Origin: new URL(address).origin,
      'Sec-Fetch-Site': 'same-origin',
    };
    return this.send('POST', address, { body, headers: { ...own, ...headers } });
  }

  /** One request, its redirect not followed. */
  send(
    method: string,
    address: string,
    { body, headers }: { body?: string; headers?: Record<string, string> } = {},
  ): Promise<Page> {
    const url = new URL(address);
    const given = {
      Accept: 'text/html,*/*',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Site': 'none',
      ...this.#cookieHeader(url),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers: given, agent: false }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        res.on('end', () => {
          for (const line of res.headers['set-cookie'] ?? []) this.#keep(url, line);
          resolve({ status: res.statusCode!, headers: res.headers, text: Buffer.concat(chunks).toString(), url });
        });
      });
      sent.on('error', reject).end(body);
    });
  }

  cookie(start: string): Cookie | undefined {
    return this.cookies.find(({ name }) => name.startsWith(start));
  }

  #next({ headers, url }: Page): string {
    const to = new URL(headers.location!, url);
    const prefix = Object.keys(this.proxied).find((path) => to.pathname.startsWith(path));
    return prefix ? new URL(to.pathname + to.search, this.proxied[prefix]).href : to.href;
  }

  #cookieHeader({ hostname, pathname }: URL): Record<string, string> {
    const fitting = this.cookies.filter(({ host, path }) => host === hostname && pathname.startsWith(path));
    const inOrder = fitting.sort((a, b) => b.path.length - a.path.length);
    return inOrder.length ? { Cookie: inOrder.map(({ name, value }) => `${name}=${value}`).join('; ') } : {};
  }

  #keep({ hostname }: URL, line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = ''] = pair.split('=', 1);
    const path = attributes.find((attribute) => attribute.startsWith('Path='))?.slice(5) ?? '/';
    this.cookies = this.cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (!attributes.includes('Max-Age=0')) this.cookies.push({ name, value: pair.slice(name.length + 1), host: hostname, path });
  }
}
