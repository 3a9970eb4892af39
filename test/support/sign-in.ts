import { type Answer, cookiesOf, type TestApp } from './app.js';

type Jar = Map<string, string>;

const headerOf = (jar: Jar): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

/** The cookies that a browser has after an answer; one that is cleared is gone. */
export function keep(jar: Jar, answer: Pick<Answer, 'headers'>): Jar {
  for (const [name, value] of cookiesOf(answer as Answer)) {
    if (value === '' || value === '""') jar.delete(name);
    else jar.set(name, value);
  }
  return jar;
}

/**
 * Follows a provider until it sends back.
 * @param login as whom to log in there
 * @param jar cookies of the provider
 * @returns the path at the hub to which it sends
 */
export async function visitProvider(url: URL, login: string, jar: Jar = new Map()): Promise<string> {
  url.searchParams.set('login_hint', login);
  for (let at = url; ; ) {
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie: headerOf(jar) } });
    keep(jar, { headers: { 'set-cookie': answer.headers.getSetCookie() } });
    const location = answer.headers.get('location');
    if (!location) throw new Error(`the provider answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
    at = new URL(location, at);
    if (at.pathname.endsWith('/oauth_callback')) return at.pathname + at.search;
  }
}

/** A browser on its way: to the hub in this process, and to a provider that listens on a port. */
export class OAuthBrowser {
  readonly jar: Jar = new Map();
  readonly #elsewhere: Jar = new Map();

  constructor(private readonly app: TestApp) {}

  get cookie(): string {
    return headerOf(this.jar);
  }

  async open(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.app.request({ path, headers: { cookie: this.cookie, ...headers } });
    keep(this.jar, answer);
    return answer;
  }

  /** Presses the button of the login page. @returns the address of the provider to which the hub sends, or the hub's answer */
  async begin(next = ''): Promise<{ answer: Answer; url: URL }> {
    const answer = await this.open(`/hub/oauth_login${next && `?${new URLSearchParams({ next })}`}`);
    return { answer, url: new URL(String(answer.headers.location ?? 'about:blank')) };
  }

  /** Logs in at the provider. @returns the path at the hub to which the provider sends back */
  visit(url: URL, login: string): Promise<string> {
    return visitProvider(url, login, this.#elsewhere);
  }

  /** All of it. @returns the hub's answer to the way back */
  async signIn(login: string, next = ''): Promise<Answer> {
    const { answer, url } = await this.begin(next);
    if (answer.status !== 302) return answer;
    return this.open(await this.visit(url, login));
  }

  /** The name by which the hub knows this browser; undefined for a stranger. */
  async whoami(): Promise<string | undefined> {
    return (await this.app.request({ path: '/hub/api/user', headers: { cookie: this.cookie } })).json?.name as string | undefined;
  }
}
