import { z } from 'zod';
import { accessScope, type ScopeDefinitions, ScopeError, validateScope } from '#scopes';
import { InvalidInputError } from '../errors.js';
import { checkModel } from '../http/model-check.js';

const LONGEST_NAME = 255;
const LONGEST_SCOPE = 1024;
const MOST_SCOPES = 100;
const SHORTEST_LIFE_SECONDS = 60;
const LONGEST_LIFE_SECONDS = 31_536_000;
const DEFAULT_LIFE_SECONDS = 86_400;

const name = z.string().min(1).max(LONGEST_NAME).nullish();
const scopes = z.array(z.string().min(1).max(LONGEST_SCOPE)).max(MOST_SCOPES).nullish();
export const shareBody = z.object({ user: name, group: name, scopes });

/** JupyterHub reads numbers in quotes, too. */
const unquoted = (value: unknown) => (typeof value === 'string' && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : value);
const life = z.preprocess(unquoted, z.int().min(SHORTEST_LIFE_SECONDS).max(LONGEST_LIFE_SECONDS)).default(DEFAULT_LIFE_SECONDS);
export const shareCodeBody = z.object({ scopes, expires_in: life });

export interface ShareRequest {
  kind: 'user' | 'group';
  name: string;
  /** As sent; empty when none are named. */
  scopes: string[];
}

/**
 * Reads the body that grants or takes back a share.
 * @throws InvalidInputError naming what is wrong
 */
export function shareRequest(json: unknown): ShareRequest {
  const { user, group, scopes: sent } = checkModel('share', shareBody, json);
  if (user && group) throw new InvalidInputError('Expected exactly one of `user` or `group`, not both.');
  const kind = user ? 'user' : 'group';
  const grantee = user ?? group;
  if (!grantee) throw new InvalidInputError('Specify exactly one of `user` or `group`');
  return { kind, name: grantee, scopes: sent ?? [] };
}

/**
 * Reads the body that asks for a share code; an empty body asks for the usual.
 * @returns `expiresIn` in seconds
 * @throws InvalidInputError naming what is wrong
 */
export function shareCodeRequest(json: unknown): { scopes: string[]; expiresIn: number } {
  const { scopes: sent, expires_in } = checkModel('share code', shareCodeBody, json ?? {});
  return { scopes: sent ?? [], expiresIn: expires_in };
}

/**
 * The scopes that a share is to have: entering the server when none are named, else those named, each on this server.
 * @param server "user/server"
 * @throws InvalidInputError for a scope that does not exist, is about something else, or that no server can be the subject of
 */
export function sharedScopes(sent: readonly string[], server: string, definitions: ScopeDefinitions): string[] {
  if (sent.length === 0) return [accessScope({ server })!];
  return [...new Set(sent.map((scope) => onServer(scope, server, definitions)))].sort();
}

function onServer(scope: string, server: string, definitions: ScopeDefinitions): string {
  requireValid(scope, definitions);
  const [base = '', ...rest] = scope.split('!');
  const filter = rest.join('!');
  if (filter !== '' && filter !== `server=${server}`) {
    throw new InvalidInputError(`!${filter} not allowed on sharing ${scope}, only !server=${server}`);
  }
  if (!definitions.get(base)?.filters.includes('server')) throw new InvalidInputError(`cannot share ${base}: because it is not about a server`);
  return `${base}!server=${server}`;
}

function requireValid(scope: string, definitions: ScopeDefinitions): void {
  try {
    validateScope(scope, definitions, 'share');
  } catch (error) {
    throw error instanceof ScopeError ? new InvalidInputError(error.message, { cause: error }) : error;
  }
}
