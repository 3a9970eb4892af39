import { Logger } from '@nestjs/common';
import { logSize, ProcessError, waitForHttp } from '#process';
import type { Statement } from '../database/writes.js';
import { messageOf } from '../errors.js';
import type { SpawnContext } from '../spawners/spawn-context.js';
import { resolveSpawnCommand, searchPath } from '../spawners/spawn-command.js';
import { SpawnError } from '../spawners/spawn-error.js';
import { clientIdOf, reportInterval, serverEnvironment, serverMarks } from '../spawners/spawner-env.js';
import { withDeadline } from '../deadline.js';
import { scopesFor, textsIn } from './hook-steps.js';
import { SPAWNING } from './progress.js';
import { reachableOrigin, routeOf, runHandle, type ServerRun, tokenNote } from './server-run.js';
import { logFileOf, startFailure } from './start-failure.js';
import { warnAboutVersion } from './version-check.js';

/** Below the start of most servers, and long enough to cost nothing. */
const FIRST_PAUSE_MS = 20;

const log = new Logger('servers');

/** Its token, its OAuth client and its start, all at once: the server is found by any of them, whatever happens next. */
export async function noteStart(run: ServerRun, signal: AbortSignal): Promise<void> {
  const { record, tools, options } = run;
  const before = await registration(run, signal);
  const at = new Date();
  await tools.repository.recordStart(record.id, { at, userOptions: options, oauthClientId: clientIdOf(record.user.name, record.name) }, before);
  tools.activity.record('users', record.user.id, at);
}

/** A server that was found keeps its token, which has been checked. */
async function registration(run: ServerRun, signal: AbortSignal): Promise<Statement[]> {
  const { record, tools, prefix, found } = run;
  const owner = { kind: 'user', id: record.user.id } as const;
  const minted = found ? undefined : tools.tokens.minting({ owner, note: tokenNote(prefix), scopes: await tokenScopes(run, signal) });
  const allowed = [...(await scopesFor(run, 'oauth_client_allowed_scopes', signal))];
  // the server is told of them too
  run.traits = { ...run.traits, oauth_client_allowed_scopes: allowed };
  run.apiToken = minted?.token ?? found!.apiToken;
  return [...(minted ? [minted.statement] : []), clientOf(run, allowed, run.apiToken)];
}

/** Of the token that the server itself uses; they are cut to its owner's with every request (reference rest-api 3.8). */
async function tokenScopes(run: ServerRun, signal: AbortSignal): Promise<string[]> {
  const { record, tools } = run;
  const configured = await scopesFor(run, 'server_token_scopes', signal);
  const wanted = configured.length > 0 ? configured : await tools.repository.serverRoleScopes();
  const scopes = wanted.map((scope) => (scope.endsWith('!server') ? `${scope}=${record.user.name}/${record.name}` : scope));
  if (!scopes.some((scope) => /^(inherit$|users:activity(!|$))/.test(scope))) scopes.push('users:activity!user');
  return scopes;
}

/** The server logs its visitors in as an OAuth client of the hub (reference rest-api 5.1). */
function clientOf({ record, tools, prefix }: ServerRun, allowed: readonly string[], secret: string): Statement {
  return tools.clients.upsertion({
    identifier: clientIdOf(record.user.name, record.name),
    secret,
    secretIsGenerated: true,
    redirectUri: `${prefix}oauth_callback`,
    description: `Server at ${prefix}`,
    allowedScopes: [...allowed, `access:servers!server=${record.user.name}/${record.name}`],
  });
}

/** Notes that it was in use just now, and how often it will report. */
export async function noteUse({ record, tools, traits, environment = textsIn(traits.environment) }: ServerRun): Promise<void> {
  tools.activity.startedServer(record.id, new Date(), reportInterval({ env_keep: traits.env_keep, environment }, process.env));
}

export async function startProcess(run: ServerRun, signal: AbortSignal): Promise<void> {
  const { traits, progress } = run;
  const context = spawnContext(run, await run.tools.mark.get());
  progress.add(SPAWNING);
  run.logStart = logSize(context.logFile) ?? 0;
  const late = () => {
    log.warn(`${run.logName}'s server failed to start in ${traits.start_timeout} seconds, giving up.`);
    return new SpawnError('start-timeout', `Your server could not be started within ${traits.start_timeout} seconds`, {
      hint: 'If it only needs longer, set Spawner.start_timeout',
    });
  };
  const started = await withDeadline(traits.start_timeout, late, signal, (inTime) => startInTime(run, context, inTime));
  run.running = started;
  run.address = started.address;
}

/** A driver that comes too late must not leave a server that nobody knows of. */
async function startInTime(run: ServerRun, context: SpawnContext, signal: AbortSignal) {
  const { spawner } = run.tools;
  const started = await spawner.start(context, signal);
  if (signal.aborted) await spawner.stop({ ...runHandle(run), state: started.state, memo: started.memo });
  return started;
}

/** The pid is enough to find it again should the hub die now; the rest is noted once it is ready. */
export async function noteProcess({ record, tools, running, address, prefix }: ServerRun): Promise<void> {
  await tools.repository.recordProcess(record.id, { state: running!.state, address: address!, prefix });
}

/** Only from here on would a step that fails end the process. */
export async function noteFound(run: ServerRun): Promise<void> {
  const { tools, record, prefix, found } = run;
  await tools.repository.recordProcess(record.id, { state: found!.state, address: found!.address, prefix });
  [run.running, run.address] = [found!, found!.address];
}

/** A hub that died may have left the process anywhere between not there and ready. */
export async function takeOver(run: ServerRun): Promise<void> {
  const { tools, record, traits, progress } = run;
  progress.add(SPAWNING);
  const marks = serverMarks({ urls: tools.urls, user: record.user.name, server: record.name, traits });
  run.running = await tools.spawner.adopt(runHandle(run), marks);
  if (!run.running || !run.address) {
    throw new SpawnError('lost', 'Your server was lost in a restart of the hub while it started', { hint: 'Start it again' });
  }
}

export async function waitUntilItAnswers(run: ServerRun, signal: AbortSignal): Promise<void> {
  const { traits, running, address, prefix } = run;
  const url = `${reachableOrigin(address!)}${prefix}api`;
  const options = { timeoutMs: traits.http_timeout * 1000, signal, unless: running!.ended(), delayMs: FIRST_PAUSE_MS, intervalMs: FIRST_PAUSE_MS };
  try {
    const { headers } = await waitForHttp(url, options);
    warnAboutVersion(log, run.logName, headers['x-jupyterhub-version']);
  } catch (error) {
    throw error instanceof ProcessError ? await startFailure(run, error) : error;
  }
}

export async function addRoute(run: ServerRun): Promise<void> {
  const { record, tools, prefix, address } = run;
  const route = routeOf(record.user.name, record.name, prefix, address!);
  log.log(`Adding user ${record.user.name} to proxy ${prefix} => ${route.target}`);
  try {
    await tools.proxy.addRoute(route);
  } catch (error) {
    log.error(`Failed to add ${run.logName} to proxy!`);
    throw new SpawnError('proxy', 'Your server runs, but cannot be reached through the proxy', {
      detail: messageOf(error),
      hint: 'Look whether the proxy runs, and start the server again',
      cause: error,
    });
  }
}

function spawnContext(run: ServerRun, hubMark: string): SpawnContext {
  const { record, tools, traits, options, environment = textsIn(traits.environment) } = run;
  const { cookie_host_prefix_enabled: cookieHostPrefix, tornado_settings: settings } = tools.config.JupyterHub;
  const common = { urls: tools.urls, user: record.user.name, server: record.name, apiToken: run.apiToken!, traits, variables: environment, hubMark };
  return {
    user: record.user,
    server: record.name,
    logName: run.logName,
    traits,
    options,
    argv: [...resolveSpawnCommand(traits.cmd, searchPath({ extra_paths: traits.extra_paths, environment }, process.env.PATH)).cmd, ...traits.args],
    environment: (address) =>
      serverEnvironment({ ...common, address, hubEnv: process.env, cookieOptions: settings.cookie_options, cookieHostPrefix }),
    logFile: logFileOf(run),
  };
}
