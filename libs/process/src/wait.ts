import { type IncomingHttpHeaders, type RequestOptions, get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { connect, type Socket } from 'node:net';
import { ProcessError } from './errors.js';
import { sleep } from './sleep.js';

export interface WaitOptions {
  timeoutMs: number;
  signal?: AbortSignal;
  /** Pause before the first try; default 0. */
  delayMs?: number;
  /** Pause after the first try that failed; each further one is half as long again, up to 2 s. Default 100. */
  intervalMs?: number;
  /** Once it settles, there is nothing to wait for any more: give it the `exited` of the process. */
  unless?: Promise<unknown>;
}

export interface HttpWaitOptions extends WaitOptions {
  headers?: Record<string, string>;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
}

const MAX_INTERVAL_MS = 2000;

/** A server that took the request in may be slow with its first answer: asking again would only add to its load. */
const MAX_TRY_MS = 20_000;

/**
 * Waits until a URL answers. Any status below 500 counts as up; redirects are not followed.
 * @returns status and headers of the answer
 * @throws TypeError when the URL is none; ProcessError `timeout`, or `exited` when `unless` settled; or the reason of `signal`
 */
export function waitForHttp(url: string, { headers, ...options }: HttpWaitOptions): Promise<HttpAnswer> {
  const target = new URL(url);
  return tryUntil(url, options, (signal) => askOnce(target, { signal, isWell: (status) => status < 500, ...(headers && { headers }) }));
}

/**
 * Waits until something accepts connections. `''` and the addresses that mean "all" are tried as this machine's own.
 * @throws as `waitForHttp`
 */
export function waitForTcp(host: string, port: number, options: WaitOptions): Promise<void> {
  const target = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return tryUntil(`${target}:${port}`, options, (signal) => connectOnce(target, port, signal));
}

async function tryUntil<T>(what: string, options: WaitOptions, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { timeoutMs, signal, unless, delayMs = 0, intervalMs = 100 } = options;
  const over = new AbortController();
  const abandon = () => over.abort(signal!.reason);
  if (signal?.aborted) abandon();
  signal?.addEventListener('abort', abandon);
  let isWaiting = true;
  const gone = () => isWaiting && over.abort(new ProcessError('exited', `cannot wait for ${what}: the process has ended`));
  unless?.then(gone, gone);
  const timer = setTimeout(() => over.abort(new ProcessError('timeout', `cannot reach ${what} within ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    if (delayMs > 0) await sleepUnlessOver(delayMs, over.signal);
    return await repeat(attempt, intervalMs, over.signal);
  } finally {
    isWaiting = false;
    clearTimeout(timer);
    signal?.removeEventListener('abort', abandon);
  }
}

/** Tries until it succeeds or the signal is aborted; the error then is the signal's reason. */
async function repeat<T>(attempt: (signal: AbortSignal) => Promise<T>, pauseMs: number, signal: AbortSignal): Promise<T> {
  let lastFailure: unknown;
  for (let pause = pauseMs; !signal.aborted; pause = Math.min(pause * 1.5, MAX_INTERVAL_MS)) {
    try {
      return await attempt(signal);
    } catch (error) {
      if (signal.aborted) break;
      lastFailure = error;
    }
    await sleepUnlessOver(pause, signal);
  }
  throw explained(signal.reason, lastFailure);
}

/** Woken up early, it resolves: whoever goes on sees that. */
const sleepUnlessOver = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, signal).catch(() => {});

/** Adds to "it took too long" why the last try failed. */
function explained(reason: unknown, lastFailure: unknown): unknown {
  if (!(reason instanceof ProcessError) || !(lastFailure instanceof Error)) return reason;
  return new ProcessError(reason.code, `${reason.message} (${lastFailure.message})`, { cause: lastFailure });
}

interface Question {
  signal: AbortSignal;
  /** By its status. */
  isWell: (status: number) => boolean;
  headers?: Record<string, string>;
}

/** One request, without its body; rejects when there is no answer, or not a good one. */
export async function askOnce(url: URL, question: Question): Promise<HttpAnswer> {
  if (url.protocol === 'https:') return answerTo(url, question, { agent: false });
  // where nobody listens, which is what we see most, a connection alone costs a third of a request
  const socket = await connection(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port) || 80, question.signal);
  return answerTo(url, question, { createConnection: () => socket });
}

function answerTo(url: URL, { signal, isWell, headers }: Question, how: Pick<RequestOptions, 'agent' | 'createConnection'>): Promise<HttpAnswer> {
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, signal, timeout: MAX_TRY_MS, ...how }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      if (isWell(status)) resolve({ status, headers: response.headers });
      else reject(new Error(`it answers with status ${status}`));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer in ${MAX_TRY_MS / 1000} s`)));
    request.on('error', reject);
  });
}

/** One connection, closed at once; rejects when there is none. */
export async function connectOnce(host: string, port: number, signal: AbortSignal): Promise<void> {
  (await connection(host, port, signal)).destroy();
}

function connection(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.setTimeout(MAX_TRY_MS, () => socket.destroy(new Error(`no connection in ${MAX_TRY_MS / 1000} s`)));
    // stays there: a connection that breaks between two owners must not end the program
    socket.on('error', reject);
    socket.once('connect', () => resolve(socket.setTimeout(0)));
  });
}
