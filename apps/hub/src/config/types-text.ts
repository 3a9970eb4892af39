import { z } from 'zod';
import { ownTraits } from './annotated.js';
import { CLASS_HELP } from './classes/help.js';
import { CLASS_NAMES, parentsOf } from './names/classes.js';
import type { ClassName } from './schema.js';
import { functionTypes } from './traits.js';

/** What zod writes of a schema, as far as configs have it; `tsType` is ours. */
interface JsonSchema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  items?: JsonSchema | JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  tsType?: string;
}

const HEAD = `// The types of a config in JavaScript or TypeScript, by which editors complete and check it. Made by: elara config generate --types
/// <reference types="node" />
import type { Authenticator } from '../apps/hub/src/authenticators/authenticator.js';
import type * as Hooks from '../apps/hub/src/config/hooks/functions.js';
import type { SpawnerTraits } from '../apps/hub/src/config/hooks/values.js';
import type { SpawnContext } from '../apps/hub/src/spawners/spawn-context.js';
import type { FoundServer, RunningServer, ServerMarks, Spawner, SpawnHandle, StartedServer, Symptoms } from '../apps/hub/src/spawners/spawner.js';

export type * from '../apps/hub/src/authenticators/authenticator.js';
export type * from '../apps/hub/src/config/hooks/functions.js';
export type * from '../apps/hub/src/config/hooks/objects.js';
export type * from '../apps/hub/src/config/hooks/values.js';
export type * from '../apps/hub/src/spawners/spawn-context.js';
export type * from '../apps/hub/src/spawners/spawner.js';
export { InvalidInputError, LoginRefusedError, NotAllowedError, UnavailableError } from '../apps/hub/src/errors.js';
export { SpawnError } from '../apps/hub/src/spawners/spawn-error.js';

/** Gives a config back as it is. */
export declare function defineConfig(config: ElaraConfig | (() => ElaraConfig | Promise<ElaraConfig>)): typeof config;

/** spawner_class localprocess, to make one's own from; its traits are those of the class LocalProcessSpawner. */
export declare class LocalProcessSpawner extends OwnSpawner {}

declare class OwnSpawner implements Spawner {
  /** The class of the config whose traits it has. */
  static readonly section: 'Spawner' | 'LocalProcessSpawner' | 'SimpleLocalProcessSpawner' | 'SudoSpawner' | 'SystemdSpawner';
  constructor(traits: SpawnerTraits);
  readonly stopSeconds: number;
  start(context: SpawnContext, signal: AbortSignal): Promise<StartedServer>;
  adopt(handle: SpawnHandle, marks: ServerMarks): Promise<RunningServer | undefined>;
  findAll(marks: ServerMarks): Promise<FoundServer[]>;
  poll(handle: SpawnHandle): Promise<number | null>;
  examine(handle: SpawnHandle): Promise<Symptoms>;
  stop(handle: SpawnHandle): Promise<void>;
}

/** spawner_class simple, to make one's own from; its traits are those of the class SimpleLocalProcessSpawner. */
export declare class SimpleLocalProcessSpawner extends LocalProcessSpawner {}

/** spawner_class systemd, to make one's own from; its traits are those of the class SystemdSpawner. */
export declare class SystemdSpawner extends OwnSpawner {}

/** authenticator_class pam, to make one's own from. */
export declare class PamAuthenticator implements Authenticator {
  constructor(traits: ConfigInForce['PAMAuthenticator']);
  readonly hasForm: boolean;
  authenticate(attempt: Parameters<Authenticator['authenticate']>[0]): ReturnType<Authenticator['authenticate']>;
  warnings(): string[];
}

/** What can stand in JSON, and functions where these are asked. */
type Data = string | number | boolean | null | undefined | readonly Data[] | { readonly [key: string]: Data | Hooks.EnvironmentValue };
type List<T> = readonly T[] | ReadonlySet<T>;
type Mapping<T> = Readonly<Record<string, T>> | ReadonlyMap<string, T>;

/** With all defaults; sets have become lists, and maps mappings. */
type InForce<Traits> = { readonly [Name in keyof Traits]-?: Exclude<Traits[Name], ReadonlySet<unknown> | ReadonlyMap<string, unknown>> };

/** The traits of a class that inherits from Authenticator. */
export type AuthenticatorTraits = InForce<AuthenticatorConfig>;

/** The whole config. */
export type ConfigInForce = { readonly [Name in keyof ElaraConfig]-?: InForce<NonNullable<ElaraConfig[Name]>> };
`;

/** The text of elara.d.ts: every class and key with its type, its help and its default. */
export function typesText(): string {
  const whole = CLASS_NAMES.map((name) => `${doc(CLASS_HELP[name], '  ')}\n  ${name}?: ${name}Config;`);
  return [HEAD, ...CLASS_NAMES.map(interfaceOf), `/** A config: classes, with their keys below. */\nexport interface ElaraConfig {\n${whole.join('\n')}\n}\n`].join('\n');
}

function interfaceOf(name: ClassName): string {
  const parents = parentsOf(name).map((parent) => `${parent}Config`);
  const traits = ownTraits(name).map(([trait, schema]) => {
    const initial = schema.parse(undefined);
    const unset = initial === undefined ? '' : ` Default: ${JSON.stringify(initial)}.`;
    return `${doc(`${schema.description}${unset}`, '  ')}\n  ${trait}?: ${typeOf(jsonSchema(schema))};`;
  });
  const help = doc(CLASS_HELP[name], '');
  if (traits.length === 0) return `${help}\nexport type ${name}Config = ${parents.join(' & ')};\n`;
  return `${help}\nexport interface ${name}Config ${parents.length > 0 ? `extends ${parents.join(', ')} ` : ''}{\n${traits.join('\n')}\n}\n`;
}

const doc = (text: string, indent: string): string => `${indent}/** ${text.replaceAll('*/', '*\\/')} */`;

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: written }) => {
      const known = functionTypes.get(zodSchema as unknown as z.ZodType);
      if (known) (written as JsonSchema).tsType = known.type === undefined ? SOME_FUNCTION : `Hooks.${known.type}`;
    },
  }) as JsonSchema;
}

function typeOf(schema: JsonSchema): string {
  if (schema.tsType) return schema.tsType;
  if (schema.anyOf) return distinct(schema.anyOf.map(typeOf)).join(' | ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.type === 'array') return listOf(schema.items);
  if (schema.type === 'object') return objectOf(schema);
  return distinct([schema.type ?? ''].flat().map((type) => PLAIN[type] ?? 'unknown')).join(' | ');
}

const SOME_FUNCTION = '((...args: any[]) => unknown)';

const PLAIN: Record<string, string> = { integer: 'number', number: 'number', string: 'string', boolean: 'boolean', null: 'null' };

/** Beside `unknown` no editor would know what a function gets. */
function distinct(types: string[]): string[] {
  const all = [...new Set(types)];
  if (!all.includes('unknown')) return all;
  return all.length === 1 ? all : all.map((type) => (type === 'unknown' ? 'Data' : type));
}

const listOf = (items: JsonSchema['items']): string => (Array.isArray(items) ? `readonly [${items.map(typeOf).join(', ')}]` : `List<${items ? typeOf(items) : 'unknown'}>`);

function objectOf({ properties, required = [], additionalProperties }: JsonSchema): string {
  if (!properties) return `Mapping<${typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown'}>`;
  const keys = Object.entries(properties).map(([name, schema]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`);
  const open = additionalProperties === false ? [] : ['[key: string]: unknown'];
  return `{ ${[...keys, ...open].join('; ')} }`;
}
