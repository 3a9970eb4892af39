/** What the page that the hub sent tells the app. */
export interface PageData {
  /** Prefix of the hub's pages, with a slash at the end. */
  baseUrl: string;
  /** Prefix of servers and services, with a slash at the end. */
  prefix: string;
  /** Who is logged in. */
  user: string;
  xsrfToken: string;
  /** Expanded scopes of the person. */
  scopes: readonly string[];
  /** Rows of a page of a list. */
  pageSize: number;
  namedServers: boolean;
  /** People sign up here: `NativeAuthenticator`. */
  nativeAccounts: boolean;
}

type Dataset = Readonly<Record<string, string | undefined>>;

/** Reads the data attributes of the document's root and of the element that the app fills. */
export function readPageData(root: Dataset, app: Dataset): PageData {
  return {
    baseUrl: root.baseUrl ?? '/hub/',
    prefix: root.prefix ?? '/',
    user: root.user ?? '',
    xsrfToken: root.xsrfToken ?? '',
    scopes: (app.scopes ?? '').split(' ').filter(Boolean),
    pageSize: Math.min(Number(app.pageSize) || 50, 100),
    namedServers: app.namedServers === 'true',
    nativeAccounts: app.nativeAccounts === 'true',
  };
}

/** Whom something is about; without `groups` nobody knows in which they are. */
export interface About {
  user: string;
  groups?: readonly string[] | undefined;
}

/** Whether a scope is held: in any form or, with `about`, in one that may cover this user or one of their servers. The hub has the last word. */
export function holds({ scopes }: Pick<PageData, 'scopes'>, scope: string, about?: About): boolean {
  return scopes.some((held) => {
    if (held === scope) return true;
    if (!held.startsWith(`${scope}!`)) return false;
    return about === undefined || covers(held.slice(scope.length + 1), about);
  });
}

function covers(filter: string, { user, groups }: About): boolean {
  const [kind, name = ''] = filter.split(/=(.*)/s);
  if (kind === 'group') return groups === undefined || groups.includes(name);
  return (kind === 'user' && name === user) || (kind === 'server' && name.startsWith(`${user}/`));
}
