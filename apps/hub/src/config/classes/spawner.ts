import { z } from 'zod';
import type { ApplyUserOptions, AuthStateHook, EnvironmentValue, GroupOverrides, OptionsForm, OptionsFromForm, PostStopHook, PreSpawnHook, ProgressReadyHook, Scopes } from '../hooks/functions.js';
import { byteSize, callable, command, flag, hook, integer, list, optionalNumber, port, seconds, text, textOrNumber } from '../traits.js';
import { groupOverrides } from './group-override.js';
import { profile } from './profile.js';
import { sudoSpawnerTraits } from './sudo-spawner.js';
import { systemdSpawnerTraits } from './systemd-spawner.js';

/** Variables of the hub's own environment that its local processes, servers and services, inherit. */
export const PASSED_ON = [
  'CONDA_DEFAULT_ENV',
  'CONDA_ROOT',
  'JUPYTERHUB_SINGLEUSER_APP',
  'LANG',
  'LC_ALL',
  'LD_LIBRARY_PATH',
  'PATH',
  'PYTHONPATH',
  'VIRTUAL_ENV',
];

/** Where a list of scopes can stand, a function of the spawner can. */
const scopes = (help: string) => z.union([z.array(z.string()), callable<Scopes>('Scopes')]).default([]).describe(help);

const commonTraits = {
  cmd: command(['jupyterhub-singleuser'], 'Program of a server, with its arguments.'),
  args: list([], 'Further arguments after cmd.'),
  environment: z
    .record(z.string(), z.union([textOrNumber, callable<EnvironmentValue>('EnvironmentValue')]))
    .default({})
    .describe('Environment variables of servers; they win over all others. In a JavaScript config values can be functions.'),
  env_keep: list(['JUPYTERHUB_SINGLEUSER_APP'], "Variables of the hub's own environment that servers inherit."),
  ip: text('127.0.0.1', 'Address on which a server listens.'),
  port: port(0, 'Port on which a server listens; 0 for a free one.'),
  default_url: text('', 'Where a person lands in the server, e.g. /lab; {username} is replaced.'),
  notebook_dir: text('', 'Folder that the server opens; {username} is replaced.'),
  disable_user_config: flag(false, "Do not read configuration from the person's home folder."),
  debug: flag(false, 'Let servers log more.'),
  start_timeout: seconds(60, 'Seconds within which the spawner has to have started the server.'),
  http_timeout: seconds(30, 'Seconds within which a started server has to answer.'),
  poll_interval: z.number().default(30).describe('Seconds between two looks whether a server still runs; 0 for never.'),
  poll_jitter: z.number().min(0).max(1).default(0.1).describe('Share by which poll_interval varies.'),
  consecutive_failure_limit: integer(0, 'Failed starts in a row after which the hub says so in its log as a critical fault; 0 for never.'),
  cpu_guarantee: optionalNumber('Processors that a server is promised (for spawners that can, and told to the server).'),
  cpu_limit: optionalNumber('Most processors of a server (for spawners that can, and told to the server).'),
  mem_guarantee: byteSize('Memory that a server is promised (for spawners that can, and told to the server), e.g. 512M.'),
  mem_limit: byteSize('Most memory of a server (for spawners that can, and told to the server), e.g. 1.5G.'),
  hub_connect_url: z
    .string()
    .nullable()
    .default(null)
    .describe('Scheme and host by which servers reach the hub, when it is not that of JupyterHub.'),
  options_form: z
    .union([z.string(), callable<OptionsForm>('OptionsForm')])
    .default('')
    .describe('HTML of the fields that are shown before a start; in a JavaScript config also a function that gives it.'),
  options_from_form: z
    .union([z.enum(['passthrough', 'simple']), callable<OptionsFromForm>('OptionsFromForm')])
    .default('passthrough')
    .describe('How the fields become options: as lists (passthrough), unpacked (simple), or by a function of a JavaScript config.'),
  apply_user_options: z
    .union([z.record(z.string(), z.string()), callable<ApplyUserOptions>('ApplyUserOptions')])
    .nullable()
    .default(null)
    .describe('Which option of the form sets which key of the spawner: {OPTION: KEY}; or a function of a JavaScript config that sets them.'),
  server_token_scopes: scopes("Scopes of a server's own token; those of the role server unless set. Also a function of a JavaScript config."),
  oauth_client_allowed_scopes: scopes('Scopes that a server may ask for on behalf of its visitors. Also a function of a JavaScript config.'),
};

/** `LocalProcessSpawner.*`: servers as processes of the person's account on this machine. */
export const localProcessSpawnerTraits = {
  env_keep: list(PASSED_ON, "Variables of the hub's own environment that servers inherit."),
  interrupt_timeout: seconds(30, 'Seconds to wait after SIGINT before SIGTERM.'),
  term_timeout: seconds(30, 'Seconds to wait after SIGTERM before SIGKILL.'),
  kill_timeout: seconds(5, 'Seconds to wait after SIGKILL before giving up.'),
  shell_cmd: list([], 'Shell that runs the command, e.g. [bash, -l, -c]; the quoted command becomes its last argument.'),
};

/** `SimpleLocalProcessSpawner.*`: servers as processes of the hub's own account, for trying things out. */
export const simpleLocalProcessSpawnerTraits = {
  home_dir_template: text('/tmp/{username}', "A person's home folder; {username} is replaced."),
};

const ofProfiles = Object.keys({ ...commonTraits, ...localProcessSpawnerTraits, ...simpleLocalProcessSpawnerTraits, ...sudoSpawnerTraits, ...systemdSpawnerTraits });

/** `Spawner.*`: what holds for every kind of server. */
export const spawnerTraits = {
  ...commonTraits,
  profile_list: z
    .array(profile(ofProfiles))
    .refine((profiles) => new Set(profiles.map(({ slug }) => slug)).size === profiles.length, 'two profiles have the same slug')
    .default([])
    .describe('Choices that are shown before a start, as for KubeSpawner: {display_name, description, slug, default, spawner_override, profile_options}.'),
  group_overrides: z
    .union([groupOverrides([...ofProfiles, 'profile_list']), callable<GroupOverrides>('GroupOverrides')])
    .default({})
    .describe('Keys of the spawner that differ for members of groups. In a JavaScript config it, and each value, can be a function.'),
  pre_spawn_hook: hook<PreSpawnHook>('PreSpawnHook', 'Function of a JavaScript config, called before each start; what it throws ends the start.'),
  post_stop_hook: hook<PostStopHook>('PostStopHook', 'Function of a JavaScript config, called after each stop.'),
  auth_state_hook: hook<AuthStateHook>('AuthStateHook', 'Function of a JavaScript config, called with the auth state before a start and before the form of options.'),
  progress_ready_hook: hook<ProgressReadyHook>('ProgressReadyHook', 'Function of a JavaScript config that changes the last event of a start.'),
};
