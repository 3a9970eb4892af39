import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.js';
import { loadConfig } from './load-config.js';

/** A slip in a config that is right otherwise: what is written in the place of what, the key that is told, and what was meant. */
type Slip = [right: string, wrong: string, key: string, suggestion: string | undefined];

interface Whole {
  file: string;
  text: string;
  slips: Slip[];
}

const LAB: Whole = {
  file: 'lab.yaml',
  text: `# a lab with the accounts of its machine
JupyterHub:
  bind_url: http://127.0.0.1:8000/
  authenticator_class: pam
  spawner_class: localprocess
  allow_named_servers: true
  named_server_limit_per_user: 3
  cookie_max_age_days: 2
  load_groups:
    staff: {users: [ada]}
  load_roles:
    - name: helper
      scopes: [list:users, "admin:servers!group=staff"]
      groups: [staff]
PAMAuthenticator:
  admin_groups: [wheel]
LocalAuthenticator:
  allowed_groups: [students]
Spawner:
  default_url: /lab
  mem_limit: 2G
  environment:
    OMP_NUM_THREADS: "2"
  group_overrides:
    big:
      groups: [staff]
      spawner_override: {mem_limit: 8G}
Elara:
  spawn_queue_limit: 100
`,
  slips: [
    ['bind_url:', 'bind-url:', 'JupyterHub.bind-url', 'bind_url'],
    ['authenticator_class: pam', 'authenticator_class: pan', 'JupyterHub.authenticator_class', 'pam'],
    ['spawner_class: localprocess', 'spawner_class: localproces', 'JupyterHub.spawner_class', 'localprocess'],
    ['allow_named_servers:', 'allow_named_server:', 'JupyterHub.allow_named_server', 'allow_named_servers'],
    ['named_server_limit_per_user:', 'named_servers_limit_per_user:', 'JupyterHub.named_servers_limit_per_user', 'named_server_limit_per_user'],
    ['cookie_max_age_days:', 'cookie_max_age:', 'JupyterHub.cookie_max_age', 'cookie_max_age_days'],
    ['{users: [ada]}', '{usres: [ada]}', 'JupyterHub.load_groups.staff.usres', 'users'],
    ['scopes: [list', 'scope: [list', 'JupyterHub.load_roles[0].scope', 'scopes'],
    ['groups: [staff]\nPAM', 'group: [staff]\nPAM', 'JupyterHub.load_roles[0].group', 'groups'],
    ['PAMAuthenticator:', 'PAMAuthentication:', 'PAMAuthentication', 'PAMAuthenticator'],
    ['admin_groups:', 'admin_group:', 'PAMAuthenticator.admin_group', 'admin_groups'],
    ['allowed_groups:', 'allow_groups:', 'LocalAuthenticator.allow_groups', 'allowed_groups'],
    ['default_url: /lab', 'default_uri: /lab', 'Spawner.default_uri', 'default_url'],
    ['mem_limit: 2G', 'memory_limit: 2G', 'Spawner.memory_limit', 'mem_limit'],
    ['{mem_limit: 8G}', '{memlimit: 8G}', 'Spawner.group_overrides.big.spawner_override.memlimit', 'mem_limit'],
    ['spawner_override:', 'spawner_overide:', 'Spawner.group_overrides.big.spawner_overide', 'spawner_override'],
    ['spawn_queue_limit:', 'spawn_queu_limit:', 'Elara.spawn_queu_limit', 'spawn_queue_limit'],
  ],
};

const SERVICES: Whole = {
  file: 'services.json',
  text: `{
  "JupyterHub": {
    "public_url": "https://hub.example.org/",
    "hub_ip": "10.0.0.1",
    "services": [{ "name": "cull", "command": ["elara-cull-idle"] }],
    "custom_scopes": { "custom:grade": { "description": "to grade" } },
    "tornado_settings": { "slow_spawn_timeout": 20, "headers": { "X-Frame-Options": "DENY" } },
    "trusted_downstream_ips": ["10.0.0.2"],
    "token_expires_in_max_seconds": 86400,
    "log_level": "WARNING"
  },
  "ConfigurableHTTPProxy": { "should_start": false, "auth_token": "0123456789abcdef", "api_url": "http://127.0.0.1:8001" },
  "Authenticator": { "admin_users": ["ada"], "enable_auth_state": true, "username_pattern": "^[a-z]+$" },
  "CryptKeeper": { "keys": ["0000000000000000000000000000000000000000000000000000000000000000"] }
}
`,
  slips: [
    ['"public_url"', '"public_ulr"', 'JupyterHub.public_ulr', 'public_url'],
    ['"hub_ip"', '"hubip"', 'JupyterHub.hubip', 'hub_ip'],
    ['"services"', '"servces"', 'JupyterHub.servces', 'services'],
    ['"description"', '"desription"', 'JupyterHub.custom_scopes.custom:grade.desription', 'description'],
    ['"slow_spawn_timeout"', '"slow_spawn_timeuot"', 'JupyterHub.tornado_settings.slow_spawn_timeuot', 'slow_spawn_timeout'],
    ['"headers"', '"header"', 'JupyterHub.tornado_settings.header', 'headers'],
    ['"trusted_downstream_ips"', '"trusted_downstream_ip"', 'JupyterHub.trusted_downstream_ip', 'trusted_downstream_ips'],
    ['"token_expires_in_max_seconds"', '"token_expires_max_seconds"', 'JupyterHub.token_expires_max_seconds', 'token_expires_in_max_seconds'],
    ['"WARNING"', '"WARNNING"', 'JupyterHub.log_level', 'WARNING'],
    ['"ConfigurableHTTPProxy"', '"ConfigurableHTTPProx"', 'ConfigurableHTTPProx', 'ConfigurableHTTPProxy'],
    ['"should_start"', '"shoud_start"', 'ConfigurableHTTPProxy.shoud_start', 'should_start'],
    ['"api_url"', '"apiUrl"', 'ConfigurableHTTPProxy.apiUrl', 'api_url'],
    ['"enable_auth_state"', '"enable_authstate"', 'Authenticator.enable_authstate', 'enable_auth_state'],
    ['"username_pattern"', '"user_name_pattern"', 'Authenticator.user_name_pattern', 'username_pattern'],
    ['"CryptKeeper"', '"Cryptkeeper"', 'Cryptkeeper', 'CryptKeeper'],
  ],
};

const WORKSHOP: Whole = {
  file: 'jupyterhub_config.py',
  text: `import os

c = get_config()
c.JupyterHub.ip = "127.0.0.1"
c.JupyterHub.port = 8000
c.JupyterHub.authenticator_class = "shared-password"
c.JupyterHub.spawner_class = "simple"
c.SharedPasswordAuthenticator.user_password = "a-word-for-all"
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {"ada"}
c.SimpleLocalProcessSpawner.home_dir_template = "/srv/workshop/{username}"
c.Spawner.start_timeout = 2 * 60
c.Spawner.environment.update({"WORKSHOP": "today"})
c.Spawner.args.append("--ServerApp.terminals_enabled=False")
c.JupyterHub.active_server_limit = 40
c.JupyterHub.services = [
    {
        "name": "announcement",
        "url": "http://127.0.0.1:9100",
    },
]
`,
  slips: [
    ['c.JupyterHub.port', 'c.JupyterHub.prot', 'JupyterHub.prot', 'port'],
    ['c.JupyterHub.ip =', 'c.Jupyterhub.ip =', 'Jupyterhub', 'JupyterHub'],
    ['"shared-password"', '"sharedpassword"', 'JupyterHub.authenticator_class', 'shared-password'],
    ['spawner_class = "simple"', 'spawner_class = "jupyterhub.spawner.SimpleLocalProcesSpawner"', 'JupyterHub.spawner_class', 'jupyterhub.spawner.SimpleLocalProcessSpawner'],
    ['c.SharedPasswordAuthenticator', 'c.SharedPaswordAuthenticator', 'SharedPaswordAuthenticator', 'SharedPasswordAuthenticator'],
    ['.user_password', '.user_pasword', 'SharedPasswordAuthenticator.user_pasword', 'user_password'],
    ['.allow_all', '.alow_all', 'Authenticator.alow_all', 'allow_all'],
    ['.admin_users', '.admins_users', 'Authenticator.admins_users', 'admin_users'],
    ['.home_dir_template', '.homedir_template', 'SimpleLocalProcessSpawner.homedir_template', 'home_dir_template'],
    ['c.Spawner.start_timeout', 'c.Spawner.start_timeot', 'Spawner.start_timeot', 'start_timeout'],
    ['c.Spawner.environment', 'c.Spawner.enviroment', 'Spawner.enviroment', 'environment'],
    ['c.Spawner.args.append', 'c.spawner.args.append', 'spawner', 'Spawner'],
    ['c.JupyterHub.services', 'c.JupyterHub.servics', 'JupyterHub.servics', 'services'],
    ['c.JupyterHub.active_server_limit', 'c.JupyterHub.active_servers_limit', 'JupyterHub.active_servers_limit', 'active_server_limit'],
    ['c.JupyterHub.active_server_limit', 'c.Spawner.active_server_limit', 'Spawner.active_server_limit', 'JupyterHub.active_server_limit'],
  ],
};

const PROFILES: Whole = {
  file: 'elara.ts',
  text: `import type { ElaraConfig } from 'elara/config';

const config: ElaraConfig = {
  JupyterHub: {
    spawner_class: 'systemd',
    default_url: ({ current_user }) => (current_user ? '/hub/home' : null),
    concurrent_spawn_limit: 20,
    implicit_spawn_seconds: 5,
    template_vars: { motto: (user) => user?.name },
  },
  Spawner: {
    profile_list: [
      {
        display_name: 'Small',
        spawner_override: { mem_limit: '1G' },
        profile_options: { tool: { display_name: 'Tool', choices: { lab: { display_name: 'Lab', default: true } } } },
      },
    ],
    pre_spawn_hook: async (spawner) => {
      spawner.environment.OWNER = spawner.user.name;
    },
    http_timeout: 60,
    options_from_form: 'simple',
  },
  SystemdSpawner: { isolate_tmp: true, unit_extra_properties: { MemoryHigh: '1G' } },
};

export default config;
`,
  slips: [
    ["'systemd'", "'sytemd'", 'JupyterHub.spawner_class', 'systemd'],
    ['default_url:', 'defaultUrl:', 'JupyterHub.defaultUrl', 'default_url'],
    ['concurrent_spawn_limit:', 'concurent_spawns_limit:', 'JupyterHub.concurent_spawns_limit', 'concurrent_spawn_limit'],
    ['implicit_spawn_seconds:', 'implicit_spawn_second:', 'JupyterHub.implicit_spawn_second', 'implicit_spawn_seconds'],
    ['template_vars:', 'template_var:', 'JupyterHub.template_var', 'template_vars'],
    ['profile_list:', 'profiles_list:', 'Spawner.profiles_list', 'profile_list'],
    ["{ mem_limit: '1G' }", "{ mem_limits: '1G' }", 'Spawner.profile_list[0].spawner_override.mem_limits', 'mem_limit'],
    ['profile_options:', 'profile_option:', 'Spawner.profile_list[0].profile_option', 'profile_options'],
    ['choices:', 'choises:', 'Spawner.profile_list[0].profile_options.tool.choises', 'choices'],
    ['pre_spawn_hook:', 'prespawn_hook:', 'Spawner.prespawn_hook', 'pre_spawn_hook'],
    ['http_timeout:', 'http_timout:', 'Spawner.http_timout', 'http_timeout'],
    ["'simple'", "'simpel'", 'Spawner.options_from_form', 'simple'],
    ['SystemdSpawner:', 'SystemDSpawners:', 'SystemDSpawners', 'SystemdSpawner'],
    ['isolate_tmp:', 'isolated_tmp:', 'SystemdSpawner.isolated_tmp', 'isolate_tmp'],
    ['JupyterHub: {', 'JupiterHub: {', 'JupiterHub', 'JupyterHub'],
  ],
};

const CORPUS = [LAB, SERVICES, WORKSHOP, PROFILES];

const folder = mkdtempSync(join(tmpdir(), 'elara-corpus-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(mkdtempSync(join(folder, 'config-')), name);
  writeFileSync(file, text);
  return file;
}

it('has sixty configs', () => {
  const texts = CORPUS.flatMap(({ text, slips }) => slips.map(([right, wrong]) => text.replace(right, wrong)));
  expect(new Set(texts).size).toBeGreaterThanOrEqual(60);
  for (const { text, slips } of CORPUS) for (const [right] of slips) expect([right, text.split(right).length]).toEqual([right, 2]);
});

describe.each(CORPUS)('$file', ({ file: name, text, slips }) => {
  it('is right as it stands', async () => expect((await loadConfig({ file: write(name, text) })).warnings).toEqual([]));

  it.each(slips)('%j written %j: %s, meant is %s', async (right, wrong, key, suggestion) => {
    const file = write(name, text.replace(right, wrong));
    const line = text.slice(0, text.indexOf(right)).split('\n').length;
    const error: unknown = await loadConfig({ file }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    // a key that is missing for the slip may be told as well
    const told = (error as ConfigError).problems.find((problem) => problem.key === key);
    expect(told).toMatchObject({ file, line, suggestion });
  });
});
