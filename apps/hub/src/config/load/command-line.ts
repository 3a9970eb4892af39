import { parseDocument } from 'yaml';
import type { Setting } from '../setting.js';
import { setting } from './sections.js';

const COMMAND_LINE = { file: 'command line' };

/** A setting from the command line: its text is read as YAML, or taken as it is (or as a list of one) where that does not fit. */
export function argumentSetting(className: string, trait: string, text: string): Setting {
  const value = yamlValue(text);
  return {
    ...flagSetting(className, trait, value),
    readings: [value, text, ...(text === 'None' ? [null] : []), [value], [text]],
  };
}

/** A setting from the command line whose value is meant by an option, such as --no-db. */
export const flagSetting = (className: string, trait: string, value: unknown): Setting =>
  setting(className, trait, value, () => COMMAND_LINE);

function yamlValue(text: string): unknown {
  const document = parseDocument(text);
  return document.errors.length > 0 ? text : (document.toJS() as unknown);
}
