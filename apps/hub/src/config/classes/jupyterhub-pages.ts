import { z } from 'zod';
import type { DefaultUrl, TemplateVariable, UserRedirectHook } from '../hooks/functions.js';
import { callable, hook, list, seconds, text } from '../traits.js';

/** What people see. */
export const pageTraits = {
  default_url: z
    .union([z.string(), callable<DefaultUrl>('DefaultUrl')])
    .default('')
    .describe('Where people land after login, instead of their server or the home page; in a JavaScript config also a function of the request.'),
  implicit_spawn_seconds: seconds(0, 'Seconds after which the page "server not running" starts it by itself; 0 for never.'),
  logo_file: text('', 'Image shown at the top left of every page; the built-in one unless set.'),
  template_paths: list([], 'Folders with page templates that replace built-in ones of the same name.'),
  template_vars: z
    .record(z.string(), z.union([callable<TemplateVariable>('TemplateVariable'), z.unknown()]))
    .default({})
    .describe('Variables for page templates, e.g. {announcement: "..."}. In a JavaScript config values can be functions of the person.'),
  user_redirect_hook: hook<UserRedirectHook>('UserRedirectHook', 'Function of a JavaScript config that says where /hub/user-redirect/PATH leads.'),
};
