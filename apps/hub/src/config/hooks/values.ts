import type { ApplyUserOptions, AuthStateHook, EnvironmentValue, GroupOverrides, OptionsForm, OptionsFromForm, PostStopHook, PreSpawnHook, ProgressReadyHook, Scopes } from './functions.js';

/** A choice of `Spawner.profile_list`, with what was left out filled in. */
export interface ProfileChoice {
  display_name: string;
  default: boolean;
  spawner_override: Record<string, unknown>;
}

export interface ProfileOption {
  display_name: string;
  choices: Record<string, ProfileChoice>;
}

export interface SpawnerProfile extends ProfileChoice {
  description: string;
  slug: string;
  profile_options: Record<string, ProfileOption>;
}

/** One entry of `Spawner.group_overrides`: null removes a key, mappings are merged. */
export interface GroupOverride {
  groups: string[];
  spawner_override: Record<string, unknown>;
}

/** The traits of the spawner, checked: what the config says for one server, and what hooks may change (reference hub-behaviour 2.2). */
export interface SpawnerTraits {
  /** Program of the server, with its arguments. */
  cmd: string[];
  args: string[];
  environment: Record<string, string | EnvironmentValue>;
  env_keep: string[];
  ip: string;
  /** 0 for a free one. */
  port: number;
  default_url: string;
  notebook_dir: string;
  disable_user_config: boolean;
  debug: boolean;
  /** Seconds, like all durations here. */
  start_timeout: number;
  http_timeout: number;
  poll_interval: number;
  poll_jitter: number;
  consecutive_failure_limit: number;
  cpu_guarantee: number | null;
  cpu_limit: number | null;
  /** Bytes; what is set may also be a text such as `1.5G`. */
  mem_guarantee: number | null;
  mem_limit: number | null;
  hub_connect_url: string | null;
  options_form: string | OptionsForm;
  options_from_form: 'passthrough' | 'simple' | OptionsFromForm;
  apply_user_options: Record<string, string> | ApplyUserOptions | null;
  server_token_scopes: string[] | Scopes;
  oauth_client_allowed_scopes: string[] | Scopes;
  profile_list: SpawnerProfile[];
  group_overrides: Record<string, GroupOverride> | GroupOverrides;
  pre_spawn_hook: PreSpawnHook | null;
  post_stop_hook: PostStopHook | null;
  auth_state_hook: AuthStateHook | null;
  progress_ready_hook: ProgressReadyHook | null;
  interrupt_timeout: number;
  term_timeout: number;
  kill_timeout: number;
  shell_cmd: string[];
  home_dir_template: string;
  sudospawner_path: string;
  sudo_args: string[];
  mediator_log_level: string;
  user_workingdir: string | null;
  username_template: string;
  default_shell: string;
  extra_paths: string[];
  unit_name_template: string;
  isolate_tmp: boolean;
  isolate_devices: boolean;
  disable_user_sudo: boolean;
  readonly_paths: string[] | null;
  readwrite_paths: string[] | null;
  unit_extra_properties: Record<string, string | string[]>;
  dynamic_users: boolean;
  slice: string | null;
}
