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
  };
}

/** Whether any form of a scope is held: filters are for the hub to know. */
export const holds = ({ scopes }: Pick<PageData, 'scopes'>, scope: string): boolean =>
  scopes.some((held) => held === scope || held.startsWith(`${scope}!`));
