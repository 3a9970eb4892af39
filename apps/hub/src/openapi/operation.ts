import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { AccessRule } from '../http/access.js';
import type { AnswerShape, RouteDescription } from '../http/api-doc.js';
import { speaksJson } from '../http/hub-request.js';
import { answerContent, bodyContent } from './schemas.js';

type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;
/** Where the router has what the document has below its server's address. */
export const API = '/hub/api';

type Parameter = NonNullable<Operation['parameters']>[number];

/** What the code says about a route, apart from its path. */
export interface DeclaredRoute {
  tag: string;
  rule: AccessRule;
  description: RouteDescription;
}

const PARAMETERS: Record<string, string> = {
  user: 'Name of a user',
  owner: 'Name of the user whose server it is',
  server: 'Name of a server',
  group: 'Name of a group',
  service: 'Name of a service',
  token: 'Id of a token, e.g. a12',
};

/** One operation of the document. */
export function operationOf(operationId: string, path: string, { tag, rule, description }: DeclaredRoute): Operation {
  const { summary, body, optionalBody } = description;
  return {
    operationId,
    tags: [description.tag ?? tag],
    summary,
    ...(rule.kind === 'open' && { description: `Open to anyone: ${rule.reason}.` }),
    security: securityOf(rule),
    parameters: [...pathParameters(path), ...queryParameters(description)],
    ...(body !== undefined && { requestBody: { required: !optionalBody, content: bodyContent(body) } }),
    responses: { ...answers(description), ...errors(path, rule, description) },
  };
}

/** One of the alternatives is enough, as for the guard. */
function securityOf(rule: AccessRule): Record<string, string[]>[] {
  switch (rule.kind) {
    case 'scope':
      return rule.anyOf.map((scope) => ({ oauth2: [scope] }));
    case 'caller':
      return [{ token: [] }, { session: [] }];
    case 'login':
      return [{ session: [] }];
    case 'open':
      return [];
  }
}

function pathParameters(path: string): Parameter[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  return names.map((name) => ({ name, in: 'path', required: true, description: PARAMETERS[name] ?? name, schema: { type: 'string' } }));
}

const isPaged = (shape: AnswerShape | null | undefined): boolean =>
  typeof shape === 'object' && shape !== null && ['pageOf', 'mapPageOf', 'envelopeOf'].some((key) => key in shape);

function queryParameters({ query = {}, answers: shapes }: RouteDescription): Parameter[] {
  const own = Object.entries(query).map(([name, description]): Parameter => ({ name, in: 'query', description, schema: { type: 'string' } }));
  return isPaged(shapes[200]) ? [...own, { $ref: '#/components/parameters/offset' }, { $ref: '#/components/parameters/limit' }] as Parameter[] : own;
}

function answers({ answers: shapes }: RouteDescription): Operation['responses'] {
  const described = Object.entries(shapes).map(([status, shape]) => [
    status,
    { description: reasonOf(status), ...(shape !== null && { content: answerContent(shape) }) },
  ]);
  return Object.fromEntries(described) as Operation['responses'];
}

/** Those that follow from the access rule, the path and the body, and the route's own. */
function errors(path: string, rule: AccessRule, { body, answers: shapes, errors: own = [] }: RouteDescription): Operation['responses'] {
  const statuses = new Set(own);
  if (rule.kind !== 'open') statuses.add(403);
  if (rule.kind === 'scope' && path.includes('{')) statuses.add(404);
  if (body !== undefined) for (const status of [400, 413, 415]) statuses.add(status);
  if (isPaged(shapes[200])) statuses.add(400);
  const content = answerContent(speaksJson(API + path) ? 'Error' : { text: 'text/html' });
  const described = [...statuses].map((status) => [status, { description: reasonOf(status), content }]);
  return Object.fromEntries(described) as Operation['responses'];
}

const reasonOf = (status: string | number): string => STATUS_CODES[status] ?? String(status);
