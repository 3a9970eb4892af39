import { HubClient } from '#hub-client/client';
import { type About, holds, readPageData } from './page-data.js';

/** The element that the app fills. */
export const root = document.getElementById('admin')!;

export const pageData = readPageData(document.documentElement.dataset, root.dataset);

/** The REST API, as the person who is logged in. */
export const hub = new HubClient({ apiUrl: new URL(`${pageData.baseUrl}api`, location.origin).href, xsrfToken: pageData.xsrfToken });

/** Whether the person holds a scope: in any form, or in one that may cover somebody. */
export const may = (scope: string, about?: About): boolean => holds(pageData, scope, about);

/** Whether a section of the admin area is for this person, on this hub. */
export const maySee = ({ view, scope }: { view: string; scope: string }): boolean => may(scope) && (view !== 'signups' || pageData.nativeAccounts);
