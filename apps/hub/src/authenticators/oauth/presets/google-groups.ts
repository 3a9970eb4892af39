import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { HubConfig } from '../../../config/schema.js';
import { messageOf, UnavailableError } from '../../../errors.js';
import { isRecord, ProviderApi } from '../provider-api.js';
import type { ProviderFetch } from '../provider-fetch.js';

type Traits = HubConfig['GoogleOAuthenticator'];

const SCOPE = 'https://www.googleapis.com/auth/admin.directory.group.readonly';
const TOKEN_SECONDS = 300;
const MOST_GROUPS = 500;

/** The parts that matter of the file that Google makes for a service account. */
const serviceAccount = z.object({ client_email: z.string(), private_key: z.string(), token_uri: z.url() });

/**
 * The groups of somebody within their organization, without its domain: Directory API of the Admin SDK, `groups.list` with `userKey`, asked
 * by a service account in the name of an administrator (domain-wide delegation).
 * @throws UnavailableError when they cannot be had
 */
export async function googleGroups(email: string, domain: string, traits: Traits, fetch: ProviderFetch, signal?: AbortSignal): Promise<string[]> {
  const token = await accessToken(domain, traits, fetch, signal);
  const api = new ProviderApi(fetch);
  const found = new Set<string>();
  const toAsk = [email];
  while (toAsk.length > 0 && found.size < MOST_GROUPS) {
    const groups = await groupsOf(toAsk.shift()!, token, { traits, api, signal });
    const fresh = groups.filter((group) => !found.has(group));
    for (const group of fresh) found.add(group);
    if (traits.include_nested_groups) toAsk.push(...fresh);
  }
  return [...found].map((group) => group.split('@')[0]!);
}

async function groupsOf(key: string, token: string, { traits, api, signal }: { traits: Traits; api: ProviderApi; signal?: AbortSignal | undefined }): Promise<string[]> {
  const url = `${directory(traits)}/admin/directory/v1/groups?${new URLSearchParams({ userKey: key, maxResults: '200' })}`;
  const nextOf = ({ json }: { json: unknown }) => {
    const next = isRecord(json) ? json.nextPageToken : undefined;
    return typeof next === 'string' ? `${url}&${new URLSearchParams({ pageToken: next })}` : undefined;
  };
  const pages = await api.pages(url, token, nextOf, signal);
  const groups = pages.flatMap((page) => (isRecord(page) && Array.isArray(page.groups) ? page.groups : []));
  return groups.flatMap((group: unknown) => (isRecord(group) && typeof group.email === 'string' ? [group.email] : []));
}

const directory = ({ google_api_url }: Traits) => (google_api_url === 'https://www.googleapis.com' ? 'https://admin.googleapis.com' : google_api_url);

/** A token of the service account (RFC 7523). */
async function accessToken(domain: string, traits: Traits, fetch: ProviderFetch, signal?: AbortSignal): Promise<string> {
  const { client_email, private_key, token_uri } = await readAccount(traits.google_service_account_keys[domain]!);
  const now = Math.floor(Date.now() / 1000);
  const subject = `${traits.gsuite_administrator[domain]}@${domain}`;
  const assertion = signed({ iss: client_email, sub: subject, scope: SCOPE, aud: token_uri, iat: now, exp: now + TOKEN_SECONDS }, private_key);
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const answer = await fetch(token_uri, { method: 'POST', headers, body, signal });
  const json: unknown = await answer.json().catch(() => undefined);
  if (answer.status === 200 && isRecord(json) && typeof json.access_token === 'string') return json.access_token;
  throw new UnavailableError(`cannot read groups of ${domain}: because ${new URL(token_uri).host} does not accept the service account (${answer.status})`);
}

async function readAccount(file: string) {
  try {
    return serviceAccount.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError || error instanceof SyntaxError ? `${file} is no key of a service account` : messageOf(error);
    throw new UnavailableError(`cannot read groups at Google: because ${why}`);
  }
}

function signed(claims: object, key: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${input}.${createSign('RSA-SHA256').update(input).sign(key).toString('base64url')}`;
}
