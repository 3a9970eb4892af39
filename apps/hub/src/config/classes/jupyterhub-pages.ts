import { z } from 'zod';
import { list, seconds, text } from '../traits.js';

/** What people see. */
export const pageTraits = {
  default_url: text('', 'Where people land after login, instead of their server or the home page.'),
  implicit_spawn_seconds: seconds(0, 'Seconds after which the page "server not running" starts it by itself; 0 for never.'),
  logo_file: text('', 'Image shown at the top left of every page; the built-in one unless set.'),
  template_paths: list([], 'Folders with page templates that replace built-in ones of the same name.'),
  template_vars: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Variables for page templates, e.g. {announcement: "..."}.'),
};
