import { createHash } from 'node:crypto';
import type { SpawnerTraits } from './spawner-traits.js';
import { SpawnError } from './spawn-error.js';

/** A property of a unit has one value, or several in their order. */
export type UnitProperties = Readonly<Record<string, string | readonly string[]>>;

/** All that systemd-run is told of a server. */
export interface Unit {
  /** Without `.service`. */
  name: string;
  /** The account; undefined where systemd makes one. */
  account: { uid: number; gid: number } | undefined;
  cwd: string;
  slice: string | null;
  properties: UnitProperties;
  /** Program, as an absolute path, and arguments. */
  command: readonly string[];
}

/** Whose server it is, as far as templates can tell. */
export interface Person {
  id: number;
  name: string;
}

/** systemd's own default, in seconds, would be 90. */
const STOP_SECONDS = 30;

/** systemd takes 255 characters with the ending. */
const LONGEST_NAME = 255 - '.service'.length;
const LONGEST_PART = 64;
const UNIT_NAME = /^[A-Za-z0-9_][A-Za-z0-9:_.@-]*$/;
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Fills `{USERNAME}` and `{USERID}`; other braces stay as they are, for commands have some. */
export const expand = (text: string, { id, name }: Person): string => text.replace(/\{(USERNAME|USERID)\}/g, (_field, which) => (which === 'USERNAME' ? name : String(id)));

/** Whether this can be the name of a unit; it then is no option of a command either. */
export const isUnitName = (name: unknown): name is string => typeof name === 'string' && isTaken(name);

const isTaken = (name: string): boolean => name.length <= LONGEST_NAME && UNIT_NAME.test(name);

/**
 * The name of a server's unit, which no other server has. By the template alone all servers of a person would have one unit, and some names none:
 * named servers, and people whose name systemd would not take as it is, get an ending after an `@`, which is in no other name.
 * @throws SpawnError when the template makes no name that systemd takes
 */
export function unitName(template: string, person: Person, server: string): string {
  const isPlain = server === '' && PLAIN_NAME.test(person.name);
  const base = expand(template, isPlain ? person : { ...person, name: tame(person.name) });
  const name = isPlain ? base : `${base}@${server && `${tame(server)}-`}${digestOf(person.name, server)}`;
  if (isTaken(name)) return name;
  throw new SpawnError('internal', 'Your server could not be started', {
    detail: `cannot name a unit ${JSON.stringify(name.slice(0, LONGEST_NAME))}: because systemd does not take it`,
    hint: 'Correct SystemdSpawner.unit_name_template',
  });
}

const tame = (name: string): string => name.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, LONGEST_PART);

const digestOf = (user: string, server: string): string => createHash('sha256').update(`${user}/${server}`).digest('hex').slice(0, 20);

/**
 * What a unit is like: JupyterHub's SystemdSpawner (reference hub-behaviour 4.9), with output to a file, and errors of the start told by systemd-run.
 * @param logFile absolute path of the file that takes the output
 */
export function unitProperties(traits: SpawnerTraits, name: string, person: Person, logFile: string): UnitProperties {
  const paths = (list: readonly string[]) => list.map((path) => quoted(expand(path, person)));
  return {
    Type: 'exec',
    TimeoutStopSec: String(STOP_SECONDS),
    OOMPolicy: 'continue',
    RuntimeDirectory: name,
    RuntimeDirectoryMode: '700',
    RuntimeDirectoryPreserve: 'restart',
    StandardOutput: `append:${logFile}`,
    StandardError: 'inherit',
    ...(traits.dynamic_users && { DynamicUser: 'yes', StateDirectory: folderName(person) }),
    ...(traits.isolate_tmp && { PrivateTmp: 'yes' }),
    ...(traits.isolate_devices && { PrivateDevices: 'yes' }),
    ...(traits.disable_user_sudo && { NoNewPrivileges: 'yes' }),
    ...(traits.mem_limit !== null && { MemoryAccounting: 'yes', MemoryMax: String(traits.mem_limit) }),
    ...(traits.cpu_limit !== null && { CPUAccounting: 'yes', CPUQuota: `${Math.max(1, Math.round(traits.cpu_limit * 100))}%` }),
    ...(traits.readonly_paths && { ReadOnlyPaths: paths(traits.readonly_paths) }),
    ...(traits.readwrite_paths && { ReadWritePaths: paths(traits.readwrite_paths) }),
    ...expandedProperties(traits, person),
  };
}

/** Where systemd makes the home of an account that it makes itself. */
export const dynamicHome = (person: Person): string => `/var/lib/${folderName(person)}`;

/** No two people may have one. */
const folderName = ({ name }: Person): string => (PLAIN_NAME.test(name) ? name : `${tame(name)}@${digestOf(name, '')}`);

/** How long systemd waits for the processes of a unit after each of its two signals, in seconds. */
export function stopTimeout({ unit_extra_properties: { TimeoutStopSec: own } }: Pick<SpawnerTraits, 'unit_extra_properties'>): number {
  const seconds = Number(own ?? STOP_SECONDS);
  return Number.isFinite(seconds) ? seconds : STOP_SECONDS;
}

const expandedProperties = ({ unit_extra_properties: extra }: SpawnerTraits, person: Person): UnitProperties =>
  Object.fromEntries(Object.entries(extra).map(([key, value]) => [key, Array.isArray(value) ? value.map((one) => expand(one, person)) : expand(value, person)]));

/** systemd parts such lists at spaces. */
const quoted = (path: string): string => (/[\s"'\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path);

/**
 * The arguments of systemd-run (its manual) for a unit. Nothing in them is secret: everybody on the machine can read them.
 * @param environmentFile holds the variables of the server
 */
export function runArguments({ name, account, cwd, slice, properties, command }: Unit, environmentFile: string): string[] {
  const written = Object.entries({ ...properties, EnvironmentFile: environmentFile }).flatMap(([key, value]) => [value].flat().map((one) => `--property=${key}=${one}`));
  return [
    '--quiet',
    '--no-ask-password',
    `--unit=${name}`,
    `--working-directory=${cwd}`,
    ...(account ? [`--uid=${account.uid}`, `--gid=${account.gid}`] : []),
    ...(slice ? [`--slice=${slice}`] : []),
    ...written,
    '--',
    // systemd would put variables in the place of $NAME
    ...command.map((word) => word.replaceAll('$', '$$$$')),
  ];
}
