import { Logger } from '@nestjs/common';
import type { RereadConfig } from '../config/config.module.js';
import type { LoadedConfig } from '../config/load-config.js';
import { printProblem } from '../config/setting.js';
import { type HubUrls, hubUrls } from '../config/urls.js';
import { messageOf, StartupError } from '../errors.js';
import { cryptKeys } from '../identity/crypt-keeper.js';
import { returnMemory } from '../lifecycle/memory.js';
import { writePidFile } from '../lifecycle/pid-file.js';
import { Reload } from '../lifecycle/reload.js';
import { Startup } from '../lifecycle/startup.js';
import { Teardown } from '../lifecycle/teardown.js';
import { HubLogger } from '../logging.js';
import { closeFoundation, createHub, type HubApp, layFoundation } from '../main.js';
import { ShutdownService, type ShutdownWish } from '../shutdown/shutdown.service.js';
import { prepareDatabase } from './database/prepare.js';

const log = new Logger('hub');
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Runs the hub until it is told to stop; returns once it serves.
 * @param reread reads the config again, for a reload
 * @throws StartupError when it cannot start; whatever was begun has been undone
 */
export async function runStart(loaded: LoadedConfig, reread: RereadConfig): Promise<void> {
  const { config } = loaded;
  const logger = new HubLogger(config.JupyterHub.log_level);
  Logger.overrideLogger(logger);
  log.log(loaded.file === undefined ? 'No config file found, using defaults' : `Using config ${loaded.file}`);
  for (const warning of loaded.warnings) log.warn(printProblem(warning));
  // a key that is missing is found out now, and not when the first login is to be kept
  cryptKeys(config, process.env);
  const removePidFile = await writePidFile(config.JupyterHub.pid_file);
  try {
    await prepareDatabase(config);
    const hub = await createHub(await layFoundation(config, reread), logger);
    await serve(hub, removePidFile);
  } catch (error) {
    removePidFile();
    throw error;
  }
  announce(hubUrls(config), loaded);
  returnMemory();
}

async function serve(hub: HubApp, removePidFile: () => void): Promise<void> {
  const starting = new AbortController();
  let ending: Promise<void> | undefined;
  const end = (wish: ShutdownWish) => (ending ??= tearDown(hub, wish, removePidFile));
  const started = hub.app.get(Startup).run(hub.app, starting.signal);
  const stop = (wish: ShutdownWish) => {
    starting.abort(new StartupError('stopped while starting'));
    // a step of the start that is under way ends first, so that nothing is begun after the clean-up
    started.catch(() => undefined).finally(() => end(wish).then(exit));
  };
  hub.app.get(ShutdownService).onRequest(stop);
  for (const signal of STOP_SIGNALS) process.on(signal, () => onStopSignal(signal, hub));
  process.on('SIGHUP', () => onHangup(hub, started));
  try {
    await started;
  } catch (error) {
    // a service or a proxy of ours is of no use without a hub; servers are those of an earlier hub, or of one that still runs
    await end({ servers: false, proxy: true });
    throw error;
  }
}

/** For a daemon it means: read the config again. At a terminal it means that the terminal has gone, and the hub goes with it. */
function onHangup(hub: HubApp, started: Promise<void>): void {
  if (process.stderr.isTTY) return onStopSignal('SIGHUP', hub);
  log.log('Received signal SIGHUP, reloading the config');
  started.then(() => hub.app.get(Reload).run()).catch((error: unknown) => log.error(messageOf(error)));
}

function onStopSignal(signal: string, hub: HubApp): void {
  log.fatal(`Received signal ${signal}, initiating shutdown...`);
  hub.app.get(ShutdownService).request({});
}

async function tearDown({ app, foundation }: HubApp, wish: ShutdownWish, removePidFile: () => void): Promise<void> {
  await app.get(Teardown).run(app, wish);
  await closeFoundation(foundation);
  removePidFile();
}

/** Children and open sockets of others may keep the loop alive; the hub has nothing left to do. */
const exit = () => process.exit(0);

function announce(urls: HubUrls, { config, file }: LoadedConfig): void {
  log.log(`Elara is now running at ${urls.localUrl}`);
  const login = howToLogIn(config, file);
  if (login) log.log(login);
}

function howToLogIn({ JupyterHub: hub, DummyAuthenticator: dummy, Authenticator: authenticator }: LoadedConfig['config'], file?: string): string | undefined {
  if (hub.authenticator_class === 'pam') return 'Log in with an account of this machine';
  if (hub.authenticator_class !== 'dummy') return undefined;
  const admin = authenticator.admin_users[0];
  const names = admin ? `${admin} (who is an admin), or any other name,` : 'any name';
  if (!dummy.password) return `Log in as ${names} with any password`;
  // whoever sits at the terminal wants to get in; a log that is kept must not hold a password
  const password = process.stderr.isTTY ? dummy.password : `that stands in ${file ?? 'the config'} (DummyAuthenticator.password)`;
  return `Log in as ${names} with the password ${password}`;
}
