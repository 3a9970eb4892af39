import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { ACCESS_RULE, type AccessRule } from '../../apps/hub/src/http/access.js';
import type { TestApp } from './app.js';

export interface DeclaredRoute {
  method: string;
  /** As the router knows it, e.g. `/hub/api/users/:user`. */
  url: string;
  rule: AccessRule | undefined;
}

/** Every route that some controller declares, with the access rule that stands on it. */
export function declaredRoutes({ hub }: TestApp): DeclaredRoute[] {
  const controllers = [...hub.app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => routesOf(metatype as ControllerClass));
}

type ControllerClass = new (...args: never[]) => object;

function routesOf(controller: ControllerClass): DeclaredRoute[] {
  const prototype = controller.prototype as Record<string, object>;
  const handlers = Object.getOwnPropertyNames(prototype).filter((name) => Reflect.hasMetadata(METHOD_METADATA, prototype[name]!));
  return handlers.flatMap((name) => {
    const handler = prototype[name]!;
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
    const rule = (Reflect.getMetadata(ACCESS_RULE, handler) ?? Reflect.getMetadata(ACCESS_RULE, controller)) as AccessRule | undefined;
    const [above, paths] = [Reflect.getMetadata(PATH_METADATA, controller), Reflect.getMetadata(PATH_METADATA, handler)] as [string, string | string[]];
    return [paths].flat().map((path) => ({ method, url: `/${above}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1'), rule }));
  });
}

/** Everything in the database, table by table. */
export async function databaseOf({ hub }: TestApp): Promise<Record<string, unknown[]>> {
  const { db } = hub.foundation;
  const tables = await db('sqlite_master').where('type', 'table').whereNot('name', 'like', 'sqlite_%').orderBy('name').pluck('name');
  const dump: Record<string, unknown[]> = {};
  for (const table of tables as string[]) dump[table] = await db(table).select();
  return dump;
}
