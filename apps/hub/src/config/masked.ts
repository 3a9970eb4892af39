import { isClass } from './is-class.js';
import { type ClassName, classTraits, type HubConfig } from './schema.js';
import { secretTraits } from './traits.js';

const MASK = '********';

// names of keys inside of values, e.g. services[].api_token or environment.AWS_SECRET_ACCESS_KEY
const SECRET_NAME = /token|passw|secret|authorization|cookie|credential|api_?key|access_?key|private_?key/i;

const URL_PASSWORD = /(:\/\/[^/@:\s]*:)[^/@\s]+@/g;

/** The config as it may be shown: secrets, and passwords inside of URLs, are replaced by asterisks. */
export function masked(config: HubConfig): Record<string, Record<string, unknown>> {
  return mapValues(config, (section, className) =>
    mapValues(section as Record<string, unknown>, (value, trait) =>
      isSecret(className, trait) ? mask(value) : withoutSecrets(value),
    ),
  );
}

function isSecret(className: string, trait: string): boolean {
  const traits: Record<string, Parameters<typeof secretTraits.has>[0]> = classTraits[className as ClassName];
  return traits[trait] !== undefined && secretTraits.has(traits[trait]);
}

// what is empty holds no secret, and that it is empty is worth knowing
const mask = (value: unknown) => (value === null || Object.keys(Object(value)).length === 0 ? value : MASK);

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'function') return isClass(value) ? `[class ${value.name}]` : '[function]';
  if (typeof value === 'string') return value.replace(URL_PASSWORD, `$1${MASK}@`);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return mapValues(value as Record<string, unknown>, (part, key) =>
    typeof part === 'string' && SECRET_NAME.test(key) ? mask(part) : withoutSecrets(part),
  );
}

const mapValues = <T, R>(object: Record<string, T>, change: (value: T, key: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
