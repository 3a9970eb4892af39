import { stringify } from 'yaml';
import type { z } from 'zod';
import { CLASS_HELP } from './classes/help.js';
import { CLASS_NAMES, parentsOf } from './names/classes.js';
import { type ClassName, classTraits } from './schema.js';

const HEAD = `# The config of Elara: every key with its default, all commented out. Made by: elara config generate
#
# Keys and classes have JupyterHub's names, and a jupyterhub_config.py can be used as it is: elara -f jupyterhub_config.py
# A key that does not exist, or has a value of the wrong kind, keeps the hub from starting; check with: elara check-config
# Durations are in seconds. Relative paths are relative to the working directory.
`;

/** The text of elara.yaml: every class and key, with its help and default, commented out. */
export function annotatedYaml(): string {
  return [HEAD, ...CLASS_NAMES.map(section)].join('\n');
}

function section(className: ClassName): string {
  const traits = ownTraits(className).map(
    ([trait, schema]) => `  # ${schema.description}\n  # ${trait}:${defaultText(schema)}\n`,
  );
  return [`# ${CLASS_HELP[className]}\n${className}:\n`, ...traits].join('\n');
}

/** The traits that the class does not take over from a parent unchanged. */
export function ownTraits(className: ClassName): [trait: string, schema: z.ZodType][] {
  const inherited: Record<string, z.ZodType>[] = parentsOf(className).map((parent) => classTraits[parent]);
  return Object.entries<z.ZodType>(classTraits[className]).filter(([trait, schema]) => !inherited.some((traits) => traits[trait] === schema));
}

function defaultText(schema: z.ZodType): string {
  const initial = schema.parse(undefined);
  if (initial === undefined) return '';
  return ` ${stringify(initial, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trimEnd()}`;
}
