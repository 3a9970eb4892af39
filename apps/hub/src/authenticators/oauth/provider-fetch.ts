import { existsSync, readFileSync } from 'node:fs';
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import { isLoopback } from '../../config/oauth-checks.js';
import { messageOf, StartupError, UnavailableError } from '../../errors.js';
import type { OAuthTraits } from './oauth-traits.js';

/** How a provider is spoken to. */
export interface ProviderConnection {
  /** False: certificates are not looked at, and http is good enough for any host. */
  validate_server_cert: boolean;
  /** Files in PEM; '' or absent for none. */
  ca_certs?: string | undefined;
  /** One that counts beside the usual authorities, and not in their place. */
  further_ca_certs?: string | undefined;
  client_cert?: string | undefined;
  client_key?: string | undefined;
  /** Seconds. */
  connect_timeout?: number | undefined;
  request_timeout?: number | undefined;
}

export interface ProviderRequest {
  method?: string;
  headers?: Record<string, string> | Headers;
  body?: string | URLSearchParams | undefined;
  signal?: AbortSignal | undefined;
}

export type ProviderFetch = (url: string, request?: ProviderRequest) => Promise<Response>;

export const LONGEST_REQUEST_SECONDS = 15;
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/** By which a pod knows the cluster that it is in. */
const CLUSTER_CERTS = '/run/secrets/kubernetes.io/serviceaccount/ca.crt';

/** How the config says that a provider is spoken to. */
export function connectionOf(traits: OAuthTraits): ProviderConnection {
  const { http_request_kwargs, validate_server_cert, ca_certs, openshift_url } = traits;
  const isInCluster = openshift_url !== undefined && !ca_certs && existsSync(CLUSTER_CERTS);
  return { ca_certs: ca_certs as string | undefined, ...http_request_kwargs, validate_server_cert, ...(isInCluster && { further_ca_certs: CLUSTER_CERTS }) };
}

/**
 * Makes what asks a provider: a `fetch` with deadlines, a limit for the size of answers, certificates of its own, and without redirects,
 * which could lead tokens elsewhere.
 * @returns it rejects with UnavailableError when there is no answer, or one that says that there is none now (429, 5xx)
 * @throws StartupError for a file that cannot be read
 */
export function providerFetch(connection: ProviderConnection): ProviderFetch {
  const https = new HttpsAgent({ keepAlive: true, rejectUnauthorized: connection.validate_server_cert, ...certificates(connection) });
  const http = new HttpAgent({ keepAlive: true });
  const seconds = connection.request_timeout ?? connection.connect_timeout ?? LONGEST_REQUEST_SECONDS;
  return async (address, { method = 'GET', headers, body, signal } = {}) => {
    const url = new URL(address);
    requireSafe(url, connection);
    const deadline = AbortSignal.timeout(seconds * 1000);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const options = {
      method,
      agent: url.protocol === 'https:' ? https : http,
      headers: { 'user-agent': 'JupyterHub', ...Object.fromEntries(new Headers(headers)) },
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    };
    try {
      return requireServed(await answerTo(send, url, options, body?.toString()), url);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      const why = deadline.aborted ? `it did not answer within ${seconds} seconds` : reasonOf(error);
      throw new UnavailableError(`cannot reach ${url.host}: because ${why}`, { cause: error });
    }
  };
}

function certificates({ ca_certs, further_ca_certs, client_cert, client_key }: ProviderConnection) {
  const read = (name: string, file: string | undefined) => (file ? { [name]: readPem(file) } : {});
  const further = further_ca_certs ? { ca: [...rootCertificates, readPem(further_ca_certs)] } : {};
  return { ...further, ...read('ca', ca_certs), ...read('cert', client_cert), ...read('key', client_key) };
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartupError(`cannot read the certificates for logins: because ${messageOf(error)}`, { cause: error });
  }
}

/** Addresses that the provider itself tells, such as those of its keys, are no better than those of the config. */
function requireSafe({ protocol, hostname, host }: URL, { validate_server_cert }: ProviderConnection): void {
  const isSafe = protocol === 'https:' || (protocol === 'http:' && (isLoopback(hostname) || !validate_server_cert));
  if (!isSafe) throw new UnavailableError(`cannot reach ${host}: because ${protocol}// is not safe to send logins by`);
}

type Send = typeof httpRequest;

function answerTo(send: Send, url: URL, options: Parameters<Send>[1], body: string | undefined): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = send(url, options, (answer) => read(answer).then(resolve, reject));
    request.once('error', reject);
    request.end(body);
  });
}

async function read(answer: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_ANSWER_BYTES) throw new Error(`its answer is longer than ${LARGEST_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  const status = answer.statusCode ?? 500;
  // these may not have a body, says the Response class
  const content = [101, 204, 205, 304].includes(status) ? null : Buffer.concat(chunks);
  const headers = Object.entries(answer.headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
  return new Response(content, { status, headers });
}

function requireServed(answer: Response, { host }: URL): Response {
  if (answer.status === 429) throw new UnavailableError(`cannot ask ${host}: because it has been asked too often, it says`);
  if (answer.status >= 500) throw new UnavailableError(`cannot ask ${host}: because it answered ${answer.status}`);
  return answer;
}

function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && !messageOf(error).includes(code) ? `${messageOf(error)} (${code})` : messageOf(error);
}
