import { Logger } from '@nestjs/common';
import { callHook, PAGE_SECONDS } from '../call-hook.js';
import type { TemplateVariable } from '../config/hooks/functions.js';
import type { RequestUser } from '../config/hooks/objects.js';
import { messageOf } from '../errors.js';

const log = new Logger('pages');

/** The values of `template_vars` that functions give for this person; one that fails leaves its variable out, and the page is shown. */
export async function variablesFor(variables: Readonly<Record<string, unknown>>, user: RequestUser | null): Promise<Record<string, unknown>> {
  const functions = Object.entries(variables).filter((entry): entry is [string, TemplateVariable] => typeof entry[1] === 'function');
  if (functions.length === 0) return {};
  const entries = await Promise.all(functions.map(async ([name, give]) => [name, await valueOf(name, give, user)] as const));
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

async function valueOf(name: string, give: TemplateVariable, user: RequestUser | null): Promise<unknown> {
  try {
    return await callHook(`JupyterHub.template_vars.${name}`, { seconds: PAGE_SECONDS }, (hook) => give(user, hook));
  } catch (error) {
    log.error(`The function JupyterHub.template_vars.${name} failed: ${messageOf(error)}`, (error as Error).stack);
    return undefined;
  }
}
