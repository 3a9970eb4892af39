import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { type Account, accountOf, currentAccount } from '#process';
import { messageOf } from '../errors.js';
import type { SpawnContext } from './spawn-context.js';
import { SpawnError } from './spawn-error.js';
import { formatTemplate } from './template.js';

/** Whose process a server is, where it starts, and what it is told about that. */
export interface Placement {
  /** undefined: the hub's own account. */
  account?: Account;
  cwd: string;
  env: Record<string, string>;
}

/** Chooses the placement of a server. @throws SpawnError `account` or `home` */
export type Place = (context: SpawnContext) => Promise<Placement>;

/** The person's account on this machine (reference hub-behaviour 2.3). */
export const ownAccount: Place = async ({ user }) => {
  const account = await requireAccount(user.name);
  requireSwitch(user.name, account);
  return placementAs(account);
};

/** The same for a hub that is not root, which others help to become the person (reference hub-behaviour 4.10). */
export const helpedAccount: Place = async ({ user }) => {
  const account = await requireAccount(user.name);
  if (account.uid !== 0) return placementAs(account);
  throw new SpawnError('account', 'No server is started for root', { detail: `cannot start a server as ${user.name}: because that account is root`, hint: 'Log in as somebody else' });
};

async function placementAs(account: Account): Promise<Placement> {
  const { name, home, shell } = account;
  return { account, cwd: await usableFolder(home), env: { USER: name, ...(home && { HOME: home }), ...(shell && { SHELL: shell }) } };
}

/** @throws SpawnError `account` */
export async function requireAccount(name: string): Promise<Account> {
  const account = await accountOf(name);
  if (account) return account;
  throw new SpawnError('account', `You have no account on this machine`, {
    detail: `cannot start a server for ${name}: because no account has that name`,
    hint: `Make the account (adduser ${name}), or use spawner_class: simple`,
  });
}

function requireSwitch(name: string, account: Account): void {
  const own = currentAccount();
  if (own.uid === 0 || own.uid === account.uid) return;
  throw new SpawnError('account', 'The hub may not start servers for your account', {
    detail: `cannot start a server as ${name}: because the hub runs as ${own.name}, and only root may switch to another account`,
    hint: `Run the hub as root, or ${WITHOUT_ROOT} (docs/how-to/accounts.md)`,
  });
}

/** What a hub can do that is not root. */
export const WITHOUT_ROOT = 'use spawner_class: sudo to start servers through sudo, or spawner_class: simple to run all of them as the account of the hub';

/** The folder or the nearest one above it that is there; a home that is missing keeps nobody from working. */
export async function usableFolder(folder: string): Promise<string> {
  for (let candidate = folder; candidate !== dirname(candidate); candidate = dirname(candidate)) {
    if (await isUsable(candidate)) return candidate;
  }
  return tmpdir();
}

async function isUsable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.X_OK);
    return folder.startsWith('/');
  } catch {
    return false;
  }
}

/** A folder of its own for everybody, and the hub's account for all: for trying things out. */
export const simpleHome: Place = async ({ user, traits }) => {
  const home = resolve(formatTemplate(traits.home_dir_template, { username: asFolderName(user.name) }));
  try {
    await mkdir(home, { recursive: true, mode: 0o755 });
  } catch (error) {
    throw new SpawnError('home', 'Your home folder cannot be made', {
      detail: `cannot make ${home}: because ${messageOf(error)}`,
      hint: 'Give the account of the hub write permission there, or set SimpleLocalProcessSpawner.home_dir_template',
      cause: error,
    });
  }
  return { cwd: home, env: { USER: user.name, HOME: home, SHELL: '/bin/bash' } };
};

/** File systems take no longer names. */
const LONGEST_NAME_BYTES = 255;

/** Names that mean another folder are escaped, and those that are too long for one are cut; all others stay as they are. */
function asFolderName(name: string): string {
  const escaped = name.replace(/[/\0]/g, (char) => encodeURIComponent(char));
  if (/^\.{1,2}$/.test(escaped)) return escaped.replaceAll('.', '%2E');
  if (Buffer.byteLength(escaped) <= LONGEST_NAME_BYTES) return escaped;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `${[...escaped].slice(0, 40).join('')}~${digest}`;
}
