import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ScopeDefinitions } from '#scopes';
import { MODELS } from '../../apps/hub/src/openapi/models.js';
import type { Operation } from '../../apps/hub/src/openapi/operation.js';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';
import { type DeclaredRoute, declaredRoutes } from '../support/routes.js';

interface PublishedRoute {
  path: string;
  method: string;
  statuses: (number | 'default')[];
}

/** Paths, methods and statuses of the document that JupyterHub publishes. */
const PUBLISHED = JSON.parse(readFileSync(new URL('published-routes.json', import.meta.url), 'utf8')) as PublishedRoute[];

/** Statuses that are published and that JupyterHub's own code never answers. */
const NEVER_ANSWERED: Record<string, [statuses: number[], reason: string]> = {
  'post /users/{}/activity': [[401], 'strangers get 403 everywhere in the API'],
  'get /users/{}/tokens': [[401], 'strangers get 403 everywhere in the API'],
  'post /authorizations/token': [[200, 403], 'removed in JupyterHub 2: always 404, and says where tokens are made now'],
};

let app: TestApp;
let routes: DeclaredRoute[];
let document: OpenAPIObject;
let operations: Map<string, Operation>;

/** What schemas of answers use of JSON Schema, apart from models. */
interface Described {
  $ref?: string;
  type?: string;
  items?: object;
  anyOf?: object[];
  properties?: Record<string, object>;
  additionalProperties?: object;
}

/** `/hub/api/shares/:user/server/default` is `/shares/{user}/` in the document (http/canonical-url.ts). */
const shown = (url: string): string =>
  url
    .replace('/hub/api', '')
    .replaceAll(/:(\w+)/g, '{$1}')
    .replace(/\/server\/default$/, '/') || '/';
const nameless = (path: string): string => path.replaceAll(/\{\w+\}/g, '{}');
const operationOf = ({ method, url }: DeclaredRoute): Operation => operations.get(`${method.toLowerCase()} ${shown(url)}`)!;

beforeAll(async () => {
  app = await TestApp.create({ JupyterHub: { load_groups: { staff: { users: ['ada'] } }, custom_scopes: { 'custom:read-notes': { description: 'Read notes' } } }, Authenticator: { allowed_users: ['ada'] } });
  routes = declaredRoutes(app).filter(({ url }) => /^\/hub\/api\b/.test(url));
  const answer = await app.request({ path: '/hub/api/openapi.json' });
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': expect.stringMatching(/^application\/json/) as string } });
  document = answer.json as OpenAPIObject;
  operations = new Map(
    Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item as Record<string, Operation>).map(([method, one]) => [`${method} ${path}`, one])),
  );
});
afterAll(() => app.close());

/** Every object inside of a value, with where it stands. */
function* objectsIn(value: unknown, where = '#'): Generator<[string, Record<string, unknown>]> {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) yield [where, value as Record<string, unknown>];
  for (const [key, child] of Object.entries(value)) yield* objectsIn(child, `${where}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

describe('the document', () => {
  test('is OpenAPI 3.1', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: expect.any(String) as string, version: '6.0.0' }, servers: [{ url: '/hub/api' }] });
    const known = ['openapi', 'info', 'jsonSchemaDialect', 'servers', 'paths', 'webhooks', 'components', 'security', 'tags', 'externalDocs'];
    expect(Object.keys(document).filter((key) => !known.includes(key))).toEqual([]);
    expect(Object.keys(document.paths).filter((path) => !path.startsWith('/'))).toEqual([]);
    const same = Object.keys(document.paths).map(nameless);
    expect(new Set(same).size).toBe(same.length);
  });

  test('has operations with an id of their own, a summary, and answers with a meaning', () => {
    const ids = [...operations.values()].map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, { operationId, summary, tags, responses }] of operations) {
      expect([name, operationId, summary, tags]).toEqual([name, expect.stringMatching(/./), expect.stringMatching(/./), [expect.stringMatching(/./)]]);
      expect([name, Object.keys(responses).length > 0]).toEqual([name, true]);
      for (const [status, answer] of Object.entries(responses)) {
        expect([name, status, answer]).toEqual([name, expect.stringMatching(/^[2-5]\d\d$/), expect.objectContaining({ description: expect.stringMatching(/[a-z]/i) as string })]);
      }
    }
  });

  test('has every parameter of a path, and no other', () => {
    for (const [name, { parameters = [] }] of operations) {
      const told = parameters.flatMap((one) => ('in' in one && one.in === 'path' ? [one.name] : []));
      expect([name, told]).toEqual([name, [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)]);
    }
  });

  test('refers only to what it has', () => {
    const schemas = [...objectsIn(document)];
    const places = new Set(schemas.map(([where]) => where));
    const references = schemas.flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : []));
    expect(references.length).toBeGreaterThan(100);
    expect([...new Set(references)].filter((reference) => !places.has(reference))).toEqual([]);
    const used = new Set(references.map((reference) => reference.split('/').at(-1)));
    // these are the content of streams, which no schema describes
    expect(Object.keys(MODELS).filter((model) => !used.has(model))).toEqual(['ProgressEvent', 'HubEvent']);
  });

  test('says nothing about this hub', () => {
    const text = JSON.stringify(document);
    expect([ADMIN_TOKEN, app.dir, 'ada', 'staff', 'read-notes'].filter((own) => text.includes(own))).toEqual([]);
  });
});

describe('and the code', () => {
  test('have the same routes', () => {
    const declared = routes.map(({ method, url }) => `${method.toLowerCase()} ${shown(url)}`);
    expect([...operations.keys()].sort()).toEqual(declared.sort());
    const served = app.hub.routes.routes.filter(({ url }) => /^\/hub\/api\b/.test(url)).map(({ method, url }) => `${method.toLowerCase()} ${shown(url)}`);
    expect([...new Set(served)].sort()).toEqual([...operations.keys()].sort());
  });

  test('need the same scopes, which exist', () => {
    for (const route of routes) {
      const { rule } = route;
      const needs = { scope: rule?.kind === 'scope' ? rule.anyOf.map((scope) => ({ oauth2: [scope] })) : [], caller: [{ token: [] }, { session: [] }], login: [{ session: [] }], open: [] };
      expect([route.url, operationOf(route).security]).toEqual([route.url, needs[rule!.kind]]);
    }
    const named = [...operations.values()].flatMap(({ security = [] }) => security.flatMap(({ oauth2 = [] }) => oauth2));
    expect(named.filter((scope) => !ScopeDefinitions.builtIn.has(scope))).toEqual([]);
    const schemes = Object.keys(document.components!.securitySchemes!);
    expect([...operations.values()].flatMap(({ security = [] }) => security.flatMap(Object.keys)).filter((scheme) => !schemes.includes(scheme))).toEqual([]);
  });
});

describe('what JupyterHub publishes', () => {
  const ours = () => new Map([...operations].map(([name, operation]) => [nameless(name), operation]));

  test('is a table of routes', () => expect(PUBLISHED.length).toBeGreaterThan(50));

  test('exists here', () => {
    expect(PUBLISHED.map(({ method, path }) => `${method} ${nameless(path)}`).filter((name) => !ours().has(name))).toEqual([]);
  });

  test('has the same statuses, but for those that are known to differ', () => {
    const differences = PUBLISHED.flatMap(({ method, path, statuses }) => {
      const name = `${method} ${nameless(path)}`;
      const told = Object.keys(ours().get(name)?.responses ?? {});
      const missing = statuses.filter((status) => !told.includes(String(status)));
      return missing.length > 0 ? [[name, missing]] : [];
    });
    expect(Object.fromEntries(differences)).toEqual(Object.fromEntries(Object.entries(NEVER_ANSWERED).map(([name, [statuses]]) => [name, statuses])));
  });
});

describe('what is answered is what is described:', () => {
  const STEPS: [method: string, path: string, body?: unknown][] = [
    ['GET', '/'],
    ['GET', '/info'],
    ['GET', '/user'],
    ['POST', '/users', { usernames: ['bob', 'carl'] }],
    ['GET', '/users?include_stopped_servers'],
    ['GET', '/users/{user=ada}'],
    ['PUT', '/users/{user=ada}/servers/{server=lab}', {}],
    ['GET', '/users/{user=ada}/servers/{server=lab}'],
    ['PATCH', '/users/{user=ada}/servers/{server=lab}', { display_name: 'Lab' }],
    ['POST', '/users/{user=ada}/tokens', { note: 'a' }],
    ['GET', '/users/{user=ada}/tokens'],
    ['GET', '/groups'],
    ['POST', '/groups/{group=lab}', { users: ['ada'] }],
    ['PUT', '/groups/{group=lab}/properties', { color: 'red' }],
    ['GET', '/groups/{group=lab}'],
    ['GET', '/services'],
    ['GET', '/services/{service=admin-service}'],
    ['POST', '/shares/{user=ada}/{server=lab}', { user: 'bob' }],
    ['GET', '/shares/{user=ada}'],
    ['GET', '/users/{user=bob}/shared'],
    ['PATCH', '/shares/{user=ada}/{server=lab}', { user: 'bob' }],
    ['POST', '/share-codes/{user=ada}/{server=lab}', {}],
    ['GET', '/share-codes/{user=ada}/{server=lab}'],
    ['GET', '/explain?user=ada&scope=read:users&on=user:ada'],
    ['GET', '/authorizations/token/{token=TOKEN}'],
    ['GET', '/users/{user=nobody}'],
    ['POST', '/groups/{group=staff}', {}],
    ['POST', '/users/{user=dora}', { color: 'red' }],
    ['DELETE', '/users/{user=carl}'],
  ];

  test.each(STEPS)('%s %s', async (method, path, body) => {
    const answer = await app.admin(method, path.replaceAll(/\{\w+=([^}]*)\}/g, '$1').replace('TOKEN', ADMIN_TOKEN), body);
    const name = `${method.toLowerCase()} ${path.split('?')[0]!.replaceAll(/=[^}]*/g, '')}`;
    const described = operations.get(name)!.responses[String(answer.status)];
    expect([name, answer.status, described]).toEqual([name, answer.status, expect.objectContaining({ description: expect.any(String) as string })]);
    const content = (described as { content?: Record<string, { schema: object }> }).content;
    expect(String(answer.headers['content-type'] ?? '').split(';')[0]).toBe(content ? Object.keys(content)[0] : '');
    if (content) expect(problemsWith(answer.json, content['application/json']!.schema)).toEqual([]);
  });

  test('a page, for clients that ask for its place', async () => {
    const headers = { accept: 'application/jupyterhub-pagination+json' };
    const { json } = await app.request({ path: '/hub/api/users?limit=1', token: ADMIN_TOKEN, headers });
    const { schema } = (operations.get('get /users')!.responses['200'] as { content: Record<string, { schema: object }> }).content['application/json']!;
    expect(problemsWith(json, schema)).toEqual([]);
    expect((json as { _pagination: { next: object } })._pagination.next).toEqual(expect.objectContaining({ offset: 1 }));
  });

  /** Fields that are missing, of another type, or that the document does not have. */
  function problemsWith(value: unknown, schema: object): string[] {
    const { $ref, type, items = {}, anyOf, properties = {}, additionalProperties } = schema as Described;
    if ($ref) {
      const model = MODELS[$ref.split('/').at(-1) as keyof typeof MODELS] as z.ZodType;
      const { success, data, error } = model.safeParse(value);
      if (!success) return [error.message];
      return JSON.stringify(sorted(data)) === JSON.stringify(sorted(value)) ? [] : [`${JSON.stringify(value)} has more than ${JSON.stringify(data)}`];
    }
    if (anyOf) {
      const all = anyOf.map((one) => problemsWith(value, one));
      return all.find((one) => one.length === 0) ?? all.flat();
    }
    if (type === 'array') return Array.isArray(value) ? value.flatMap((one) => problemsWith(one, items)) : ['not a list'];
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return ['not an object'];
    if (additionalProperties) return Object.values(value).flatMap((one) => problemsWith(one, additionalProperties));
    return Object.entries(value).flatMap(([key, one]) => (properties[key] ? problemsWith(one, properties[key]) : [`${key} is not described`]));
  }

  function sorted(value: unknown): unknown {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(sorted);
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
  }
});

describe('the page', () => {
  test('shows every route and model to who is logged in, without scripts or addresses of its own', async () => {
    const { cookie } = await app.logIn('ada');
    const { status, text, headers } = await app.request({ path: '/hub/rest-api', headers: { cookie } });
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const { operationId } of operations.values()) expect(text).toContain(`id="${operationId}"`);
    for (const model of Object.keys(MODELS)) expect(text).toContain(`id="model-${model}"`);
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\/|<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|undefined|\[object/);
    const targets = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(targets.filter((id) => !text.includes(`id="${id}"`))).toEqual([]);
  });
});

test('addresses are below base_url', async () => {
  const moved = await TestApp.create({ JupyterHub: { base_url: '/team/' } });
  const { json } = await moved.request({ path: '/team/hub/api/openapi.json' });
  expect([(json as OpenAPIObject).servers, Object.keys((json as OpenAPIObject).paths).length]).toEqual([[{ url: '/team/hub/api' }], Object.keys(document.paths).length]);
  await moved.close();
});
