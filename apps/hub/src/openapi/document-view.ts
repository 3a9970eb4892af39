import type { OpenAPIObject } from '@nestjs/swagger';
import type { Operation } from './operation.js';
import type { Content, Schema } from './schemas.js';
import { typeText } from './type-text.js';

const ACCESS: Record<string, string> = { token: 'any token', session: 'a browser that is logged in' };

/** What the page that shows the document needs of it: operations by tag, and the models. */
export function documentView({ paths, components = {}, servers = [], info }: OpenAPIObject): Record<string, unknown> {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => operationView(method, path, operation)),
  );
  const tags = [...new Set(operations.map(({ tag }) => tag))].sort();
  return {
    api_url: servers[0]?.url,
    api_version: info.version,
    groups: tags.map((tag) => ({ tag, operations: operations.filter((one) => one.tag === tag) })),
    models: Object.entries(components.schemas ?? {}).map(([name, schema]) => ({ name, type: typeText(schema as Schema) })),
  };
}

function operationView(method: string, path: string, operation: Operation) {
  const { tags = [], operationId, summary, security = [], parameters = [], requestBody, responses } = operation;
  const alternatives = security.map((one) => Object.entries(one)[0]!);
  return {
    id: operationId,
    tag: tags[0]!,
    method: method.toUpperCase(),
    path,
    summary,
    scopes: alternatives.flatMap(([, scopes]) => scopes),
    access: alternatives.filter(([, scopes]) => scopes.length === 0).map(([scheme]) => ACCESS[scheme] ?? scheme),
    query: parameters.flatMap((one) => ('in' in one && one.in === 'query' ? [{ name: one.name, description: one.description }] : [])),
    paged: parameters.some((one) => '$ref' in one),
    body: requestBody && 'content' in requestBody ? contentView(requestBody.content as Content) : undefined,
    answers: Object.entries(responses).map(([status, answer]) => ({
      status,
      ...('description' in answer! && { description: answer.description, ...contentView((answer.content ?? {}) as Content) }),
    })),
  };
}

function contentView(content: Content) {
  const [entry] = Object.entries(content);
  return entry && { media: entry[0], type: typeText(entry[1].schema as Schema) };
}
