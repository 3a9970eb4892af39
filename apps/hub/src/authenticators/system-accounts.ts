import { execa } from 'execa';
import { accountOf } from '#process';
import { fromMachine } from './machine.js';
import { HubError, InvalidInputError } from '../errors.js';

export interface AccountSettings {
  create_system_users: boolean;
  add_user_cmd: readonly string[];
  uids: Record<string, number>;
}

const LONGEST_RUN_MS = 60_000;

/** What useradd(8) and its relatives take for a name, and nothing that could be read as an option. */
const ACCOUNT_NAME = /^[a-z_][a-z0-9_.@-]{0,31}\$?$/i;

/**
 * Makes sure that somebody has an account on this machine (reference hub-behaviour 4.4, LocalAuthenticator).
 * @throws InvalidInputError when they have none and none is to be made; HubError when the command fails; UnavailableError when it cannot
 * be found out
 */
export async function ensureAccount(name: string, settings: AccountSettings): Promise<void> {
  if (await fromMachine(accountOf(name))) return;
  if (!settings.create_system_users) {
    throw new InvalidInputError(`cannot add the user ${name}: because there is no such account on this machine; make it, or set LocalAuthenticator.create_system_users`);
  }
  if (!ACCOUNT_NAME.test(name)) throw new InvalidInputError(`cannot make an account for ${JSON.stringify(name)}: because accounts have no such names`);
  const [file, ...args] = addUserCommand(name, settings);
  const { failed, exitCode, stderr, shortMessage } = await execa(file!, args, { reject: false, timeout: LONGEST_RUN_MS, stdin: 'ignore' });
  if (failed) throw new HubError(`cannot make an account for ${name}: because ${file} ended with ${exitCode ?? shortMessage}: ${String(stderr).slice(-500).trim()}`);
}

/** The command that makes an account: USERNAME replaced, `--uid` where the config has one, the name at the end. */
export function addUserCommand(name: string, { add_user_cmd, uids }: AccountSettings): string[] {
  const uid = Object.hasOwn(uids, name) ? ['--uid', String(uids[name])] : [];
  return [...add_user_cmd.map((part) => part.replaceAll('USERNAME', name)), ...uid, name];
}
