import type { INestApplication, Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ScopeDefinitions } from '#scopes';
import type { HubUrls } from '../config/urls.js';
import { ACCESS_RULE, type AccessRule } from '../http/access.js';
import { ROUTE_DESCRIPTION, type RouteDescription } from '../http/api-doc.js';
import { API_LEVEL } from '../version.js';
import { API, type DeclaredRoute, type Operation, operationOf } from './operation.js';
import { modelSchemas } from './schemas.js';

const ABOUT =
  'The REST API of the hub, as JupyterHub has it. Names in paths are percent-encoded. A token goes into the header `Authorization: token SECRET` (or `Bearer`). ' +
  'Any one of the scopes of an operation is enough. What is not JupyterHub\'s stands under the key `elara`.';

/**
 * The OpenAPI document of the hub that runs: paths, methods and statuses as Nest's Swagger module finds them, scopes from the access rules,
 * the rest from what routes say about themselves.
 * @param app initialised
 */
export function buildDocument(app: INestApplication, urls: HubUrls): OpenAPIObject {
  const routes = declaredRoutes(app);
  const scanned = SwaggerModule.createDocument(app, head(urls), { operationIdFactory: (controller, method) => `${controller}.${method}` });
  const paths: OpenAPIObject['paths'] = {};
  for (const [path, item] of Object.entries(scanned.paths)) {
    if (path !== API && !path.startsWith(`${API}/`)) continue;
    const shown = shownPath(path);
    const operations = Object.entries(item as Record<string, Operation>).map(([method, { operationId = '' }]) => {
      return [method, operationOf(shownId(operationId), shown, routes.get(operationId.replace(/\[\d+\]$/, ''))!)];
    });
    paths[shown] = Object.fromEntries(operations) as OpenAPIObject['paths'][string];
  }
  return { ...scanned, paths, components: { ...scanned.components, schemas: modelSchemas(), parameters: PAGE_PARAMETERS } };
}

const PAGE_PARAMETERS = {
  offset: { name: 'offset', in: 'query', description: 'How many to skip', schema: { type: 'integer', default: 0 } },
  limit: { name: 'limit', in: 'query', description: 'How many at most', schema: { type: 'integer', minimum: 1 } },
} as const;

function head(urls: HubUrls): Omit<OpenAPIObject, 'paths'> {
  // the operator's own scopes are not for strangers, and no route needs them
  const { builtIn } = ScopeDefinitions;
  const scopes = Object.fromEntries(builtIn.names().map((name) => [name, builtIn.get(name)!.description]));
  const flow = { authorizationUrl: `${urls.apiPrefix}/oauth2/authorize`, tokenUrl: `${urls.apiPrefix}/oauth2/token`, scopes };
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('REST API of Elara')
    .setDescription(ABOUT)
    .setVersion(API_LEVEL)
    .addServer(urls.apiPrefix)
    .addOAuth2({ type: 'oauth2', description: 'A token with one of the scopes, however it was got', flows: { authorizationCode: flow } })
    .addSecurity('token', { type: 'http', scheme: 'bearer', description: 'Any token' })
    .addSecurity('session', { type: 'apiKey', in: 'cookie', name: 'jupyterhub-hub-login', description: 'A browser that is logged in' })
    .build();
}

/** Below `/hub/api`; the router's spelling of an empty last segment becomes what clients send. */
function shownPath(path: string): string {
  return path.slice(API.length).replace(/\/server\/default$/, '/') || '/';
}

/** `UsersController.list` is `Users.list`; a second path of the same handler is `Servers.start2`. */
function shownId(operationId: string): string {
  return operationId.replace('Controller.', '.').replace(/\[(\d+)\]$/, (_, index: string) => (index === '0' ? '' : String(Number(index) + 1)));
}

/** Every route that some controller declares, by `Controller.method`. */
function declaredRoutes(app: INestApplication): ReadonlyMap<string, DeclaredRoute> {
  const modules = [...app.get(ModulesContainer).values()];
  return new Map(
    modules.flatMap(({ metatype, controllers }) => [...controllers.values()].flatMap((one) => routesOf(one.metatype as Type<object>, metatype.name))),
  );
}

function routesOf(controller: Type<object>, moduleName: string): [string, DeclaredRoute][] {
  const prototype = controller.prototype as Record<string, object>;
  const names = Object.getOwnPropertyNames(prototype).filter((name) => Reflect.hasMetadata(METHOD_METADATA, prototype[name]!));
  const tag = moduleName.replace(/Module$/, '').toLowerCase();
  return names.map((name) => {
    const handler = prototype[name]!;
    const rule = (Reflect.getMetadata(ACCESS_RULE, handler) ?? Reflect.getMetadata(ACCESS_RULE, controller)) as AccessRule;
    const description = (Reflect.getMetadata(ROUTE_DESCRIPTION, handler) ?? UNDESCRIBED) as RouteDescription;
    return [`${controller.name}.${name}`, { tag, rule, description }];
  });
}

/** A route without a description is in the document all the same. */
const UNDESCRIBED: RouteDescription = { summary: '', answers: {} };
