import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as api from '../../apps/hub/src/config-api.js';
import { readPythonData } from '../../apps/hub/src/config/load/python.js';
import { type LoadedConfig, loadConfig } from '../../apps/hub/src/config/load-config.js';
import { migration } from '../../apps/hub/src/config/migrate/migration.js';
import { migratedScript } from '../../apps/hub/src/config/migrate/script-text.js';
import { migratedYaml } from '../../apps/hub/src/config/migrate/yaml-text.js';
import type { HubConfig } from '../../apps/hub/src/config/schema.js';
import { isClassName } from '../../apps/hub/src/config/names/classes.js';
import { authenticatorTraits } from '../../apps/hub/src/authenticators/allowed.js';
import { traitsOfClass } from '../../apps/hub/src/spawners/spawner-class.js';
import { groupTraits, resolveTraits } from '../../apps/hub/src/spawners/spawner-traits.js';
import type { GroupOverride } from '../../apps/hub/src/config/hooks/values.js';

const folder = fileURLToPath(new URL('../fixtures/deployments', import.meta.url));
const GIB = 2 ** 30;

interface Deployment {
  /** Keys that are worth a word. */
  warned?: string[];
  env?: Record<string, string>;
  /** A class of the config that has to be there for it. */
  needs?: string;
  check(loaded: LoadedConfig): void;
}

const DEPLOYMENTS: Record<string, Deployment> = {
  littlest: {
    check: ({ config, locate }) => {
      const { JupyterHub: hub } = config;
      expect(hub).toMatchObject({ spawner_class: 'systemd', authenticator_class: 'pam', cleanup_servers: false, hub_port: 15_001, bind_url: 'http://:80', template_paths: ['/opt/tljh/templates'] });
      expect(hub.services).toMatchObject([{ name: 'cull-idle', admin: true, command: expect.arrayContaining(['jupyterhub_idle_culler', '--timeout=600']) as string[] }]);
      expect(authenticatorTraits(config)).toMatchObject({ admin_users: ['teacher', 'root-admin'], allowed_users: ['root-admin', 'student1', 'teacher'], blocked_users: ['guest'], allow_existing_users: true });
      expect(traitsOfClass(config)).toMatchObject({ mem_limit: GIB, cpu_limit: 1.5, default_url: '/lab', cmd: ['/opt/tljh/user/bin/jupyterhub-singleuser'], extra_paths: ['/opt/tljh/user/bin'], isolate_tmp: true, disable_user_sudo: false, unit_name_template: 'jupyter-{USERNAME}' });
      expect(locate('Spawner', 'mem_limit')).toEqual({ file: path.join(folder, 'littlest/jupyterhub_config.d/20-limits.py'), line: 1 });
    },
  },
  'kubernetes-values': {
    env: { CONFIGPROXY_AUTH_TOKEN_OF_THE_CHART: 'token-of-the-chart' },
    check: ({ config: { JupyterHub: hub, Spawner, ConfigurableHTTPProxy: proxy } }) => {
      expect(hub).toMatchObject({ concurrent_spawn_limit: 64, active_server_limit: 200, allow_named_servers: true, named_server_limit_per_user: 4, shutdown_on_logout: false, redirect_to_server: true, hub_connect_url: 'http://hub:8081', last_activity_interval: 60, template_vars: { announcement: 'Maintenance on Friday' } });
      expect(hub.tornado_settings).toMatchObject({ slow_spawn_timeout: 0, slow_stop_timeout: 10 });
      expect(Spawner).toMatchObject({ start_timeout: 300, mem_limit: 2 * GIB, mem_guarantee: GIB, cpu_limit: 2, cpu_guarantee: 0.5, environment: { GRANT_SUDO: 'no', NOTEBOOK_THREADS: '4' } });
      expect(proxy).toMatchObject({ should_start: false, auth_token: 'token-of-the-chart', api_url: 'http://proxy-api:8001' });
      expect([hub.services[0]?.name, hub.load_roles[0]?.services]).toEqual(['jupyterhub-idle-culler', ['jupyterhub-idle-culler']]);
    },
  },
  'teaching-lab': {
    warned: ['LocalProcessSpawner.popen_kwargs'],
    check: ({ config }) => {
      expect(config.JupyterHub).toMatchObject({ authenticator_class: 'pam', spawner_class: 'localprocess' });
      expect(config.PAMAuthenticator).toMatchObject({ service: 'jupyterhub', admin_groups: ['lab-admins'], allowed_groups: ['course-physics', 'course-statistics', 'lab-admins'], username_map: { prof: 'hopper' } });
      expect(config.JupyterHub.load_groups).toEqual({ instructors: { users: ['hopper'], properties: { priority: 1 } }, physics: { users: [] }, statistics: { users: [] } });
      expect(config.JupyterHub.load_roles.map(({ name, scopes }) => [name, scopes?.at(-1)])).toEqual([['instructor-physics', 'access:servers!group=physics'], ['instructor-statistics', 'access:servers!group=statistics']]);
      const traits = traitsOfClass(config);
      const overrides = traits.group_overrides as Record<string, GroupOverride>;
      expect(groupTraits(traits, overrides, ['statistics'])).toMatchObject({ mem_limit: 4 * GIB, environment: { OMP_NUM_THREADS: '2' }, shell_cmd: ['bash', '-l', '-c'] });
      expect(groupTraits(traits, overrides, ['statistics', 'instructors'])).toMatchObject({ mem_limit: 8 * GIB, default_url: '/lab' });
      expect(groupTraits(traits, overrides, ['physics'])).toMatchObject({ mem_limit: GIB, default_url: '' });
    },
  },
  'github-nginx': {
    needs: 'GitHubOAuthenticator',
    env: { GITHUB_CLIENT_ID: 'the-id', GITHUB_CLIENT_SECRET: 'the-secret-of-github' },
    check: ({ config }) => {
      expect(config.JupyterHub).toMatchObject({ public_url: 'https://hub.example.org/', trusted_downstream_ips: ['127.0.0.1'], cookie_host_prefix_enabled: true });
      expect(authenticatorTraits(config)).toMatchObject({ client_id: 'the-id', client_secret: 'the-secret-of-github', oauth_callback_url: 'https://hub.example.org/hub/oauth_callback', allowed_organizations: ['example-org', 'example-org-2:team'], scope: ['read:org'], create_system_users: true, admin_users: ['octocat'], enable_auth_state: true });
    },
  },
  keycloak: {
    needs: 'GenericOAuthenticator',
    env: { KEYCLOAK_CLIENT_SECRET: 'the-secret-of-keycloak' },
    check: ({ config }) => {
      const endpoint = (name: string) => `https://sso.example.org/realms/science/protocol/openid-connect/${name}`;
      expect(config.JupyterHub.base_url).toBe('/jupyter');
      expect(authenticatorTraits(config)).toMatchObject({ client_id: 'jupyterhub', client_secret: 'the-secret-of-keycloak', authorize_url: endpoint('auth'), token_url: endpoint('token'), userdata_url: endpoint('userinfo'), logout_redirect_url: endpoint('logout'), login_service: 'the science account', username_claim: 'preferred_username', manage_groups: true, auth_state_groups_key: 'oauth_user.groups', allowed_groups: ['hub-users'], admin_groups: ['hub-admins'], auto_login: true });
    },
  },
  'active-directory': {
    needs: 'LDAPAuthenticator',
    env: { LDAP_PASSWORD: 'the-password-of-ldap' },
    check: ({ config }) =>
      expect(authenticatorTraits(config)).toMatchObject({ server_address: 'ad.example.org', tls_strategy: 'on_connect', lookup_dn: true, lookup_dn_search_user: 'CN=jupyterhub,OU=Services,DC=example,DC=org', lookup_dn_search_password: 'the-password-of-ldap', lookup_dn_user_dn_attribute: 'cn', user_attribute: 'sAMAccountName', allowed_groups: ['CN=hub-users,OU=Groups,DC=example,DC=org'], admin_users: ['grace'] }),
  },
  'google-domain': {
    needs: 'GoogleOAuthenticator',
    env: { GOOGLE_CLIENT_ID: 'google-id', GOOGLE_CLIENT_SECRET: 'the-secret-of-google' },
    check: ({ config }) => expect(authenticatorTraits(config)).toMatchObject({ client_id: 'google-id', client_secret: 'the-secret-of-google', hosted_domain: ['example.edu'], login_service: 'Example College', allow_all: true, admin_users: ['registrar'] }),
  },
  workshop: {
    env: { WORKSHOP_ADMIN_PASSWORD: 'a'.repeat(40) },
    check: ({ config }) => {
      expect(config.JupyterHub).toMatchObject({ authenticator_class: 'shared-password', spawner_class: 'simple', active_server_limit: 45, concurrent_spawn_limit: 10, cookie_max_age_days: 2, oauth_token_expires_in: 172_800, implicit_spawn_seconds: 1.5 });
      expect(config.SharedPasswordAuthenticator).toMatchObject({ user_password: 'welcome-to-the-workshop', admin_password: 'a'.repeat(40), allow_all: true, admin_users: ['teacher'], username_pattern: '[a-z][a-z0-9-]{1,20}' });
      expect(traitsOfClass(config)).toMatchObject({ home_dir_template: '/srv/workshop/{username}', mem_limit: 0.75 * GIB, poll_interval: 10, default_url: '/lab/tree/start.ipynb' });
    },
  },
  services: {
    env: { PASSWORD_FOR_TRYING: 'trying', DASHBOARD_TOKEN: 'dashboard-token-0123456789', GRADER_TOKEN: 'grader-token-0123456789' },
    check: ({ config: { JupyterHub: hub } }) => {
      expect(hub.services.map(({ name }) => name)).toEqual(['cull-idle', 'announcement', 'dashboard', 'grader']);
      expect(hub.services[2]).toMatchObject({ url: 'http://10.1.2.3:9000', api_token: 'dashboard-token-0123456789', info: { owner: 'ops' } });
      expect(hub.custom_scopes['custom:grader:write']).toEqual({ description: 'Write grades', subscopes: ['custom:grader:read'] });
      expect(hub.load_roles.map(({ name }) => name)).toEqual(['cull-idle', 'user', 'graders']);
      expect(hub).toMatchObject({ load_groups: { staff: { users: ['hopper', 'noether'] } }, service_check_interval: 30, token_expires_in_max_seconds: 2_592_000, trust_user_provided_tokens: true });
    },
  },
  profiles: {
    check: ({ config }) => {
      expect(config.JupyterHub).toMatchObject({ allow_named_servers: true, named_server_limit_per_user: 3, default_server_name: 'main', active_server_limit: 100 });
      const base = traitsOfClass(config);
      const choose = (options: Record<string, unknown>) => resolveTraits({ base, groups: [], overrides: {}, options }).traits;
      expect(base).toMatchObject({ start_timeout: 180, http_timeout: 60, options_from_form: 'simple', environment: { GIT_REMOTE: 'https://git.example.org/course.git' } });
      expect(choose({})).toMatchObject({ mem_limit: 4 * GIB, cpu_limit: 2, default_url: '/lab' });
      expect(choose({ profile: 'large', interface: 'classic', branch: '--branch=next' })).toMatchObject({ mem_limit: 16 * GIB, cpu_limit: 8, default_url: '/tree', args: ['--branch=next'] });
    },
  },
  subconfigs: {
    env: { HUB_EXTRA_CONFIG: '' },
    check: ({ config, locate }) => {
      expect(config.JupyterHub).toMatchObject({ ip: '192.168.7.1', port: 443, hub_ip: '192.168.7.1', ssl_key: '/etc/ssl/private/hub.key', ssl_cert: '/etc/ssl/certs/hub.pem' });
      expect(config.ConfigurableHTTPProxy.extra_routes).toEqual({ '/docs/': 'http://127.0.0.1:9090' });
      expect(authenticatorTraits(config)).toMatchObject({ allowed_users: ['ann', 'cyd'], admin_users: ['ann'] });
      expect(traitsOfClass(config)).toMatchObject({ args: ['--log-level=WARN', '--ServerApp.quit_button=False'], environment: { LANG: 'C.UTF-8', TZ: 'UTC' }, env_keep: expect.arrayContaining(['HTTP_PROXY']) as string[] });
      expect(locate('JupyterHub', 'hub_ip')?.file).toBe(path.join(folder, 'subconfigs/conf.d/network-extra.py'));
    },
  },
  'postgresql-proxy': {
    warned: ['JupyterHub.db_kwargs', 'JupyterHub.tornado_settings.xheaders'],
    env: { HUB_DB_USER: 'hub', HUB_DB_PASSWORD: 'the-db-password', HUB_DB_HOST: 'db', HUB_DB_NAME: 'hubdb', HUB_COOKIE_SECRET: '0123456789abcdef'.repeat(4), HUB_CRYPT_KEYS: `${'11'.repeat(32)};${'22'.repeat(32)}`, PROXY_TOKEN: 'the-token-of-the-proxy' },
    check: ({ config }) => {
      expect(config.JupyterHub).toMatchObject({ db_url: 'postgresql://hub:the-db-password@db:5432/hubdb', cookie_secret: '0123456789abcdef'.repeat(4), bind_url: 'http://0.0.0.0:8000/jupyter/', hub_connect_ip: 'hub.internal', cleanup_proxy: false, api_page_max_limit: 500, authenticate_prometheus: false, log_level: 'WARNING' });
      expect(config.JupyterHub.tornado_settings).toMatchObject({ headers: { 'Content-Security-Policy': "frame-ancestors 'self' https://lms.example.org" }, cookie_options: { SameSite: 'None', Secure: true } });
      expect(config.CryptKeeper.keys).toEqual(['11'.repeat(32), '22'.repeat(32)]);
      expect(config.ConfigurableHTTPProxy).toMatchObject({ should_start: false, auth_token: 'the-token-of-the-proxy' });
      expect(authenticatorTraits(config)).toMatchObject({ enable_auth_state: true, allow_existing_users: true });
    },
  },
  'trying-out': {
    warned: ['Authenticator.whitelist', 'JupyterHub.admin_users', 'JupyterHub.confirm_no_ssl', 'JupyterHub.proxy_api_port', 'JupyterHub.proxy_cmd', 'JupyterHub.statsd_host', 'LocalProcessSpawner.INTERRUPT_TIMEOUT'],
    check: ({ config }) => {
      expect(config.JupyterHub).toMatchObject({ log_level: 'DEBUG', authenticator_class: 'dummy', spawner_class: 'simple' });
      expect(config.DummyAuthenticator).toMatchObject({ admin_users: ['me'], allowed_users: [], allow_all: true });
      expect(config.ConfigurableHTTPProxy).toMatchObject({ command: ['/opt/proxy/bin/configurable-http-proxy'], api_url: 'http://127.0.0.1:8101' });
      expect(traitsOfClass(config).interrupt_timeout).toBe(3);
    },
  },
};

const written = mkdtempSync(path.join(tmpdir(), 'elara-migrated-'));
afterAll(() => rmSync(written, { recursive: true }));

test('every one of them is looked at', () => expect(readdirSync(folder).sort()).toEqual(Object.keys(DEPLOYMENTS).sort()));

describe.each(Object.entries(DEPLOYMENTS))('%s', (name, { env = {}, warned = [], needs, check }) => {
  const file = path.join(folder, name, 'jupyterhub_config.py');
  const isReady = needs === undefined || isClassName(needs);

  beforeEach(() => {
    for (const [variable, value] of Object.entries(env)) vi.stubEnv(variable, value);
  });
  afterEach(() => void vi.unstubAllEnvs());

  let before: HubConfig;

  test('does what it says', async () => {
    if (!isReady) return expect(loadConfig({ file })).rejects.toThrow('no authenticator is called');
    const loaded = await loadConfig({ file });
    before = loaded.config;
    expect([...new Set(loaded.warnings.map(({ key }) => key))].sort()).toEqual(warned);
    check(loaded);
  });

  test('is the same when it has moved to YAML or to TypeScript', async () => {
    const result = migration(await readPythonData(file, 60_000));
    expect(result.byHand).toEqual([]);
    if (!isReady) return;
    expect(result.wrong).toEqual([]);
    const [yaml, script] = [path.join(written, `${name}.yaml`), path.join(written, `${name}.ts`)];
    writeFileSync(yaml, migratedYaml(file, result));
    writeFileSync(script, migratedScript(file, result, 'typescript', process.env));
    const [{ config: fromYaml, warnings }, { config: fromScript }] = await Promise.all([loadConfig({ file: yaml }), loadConfig({ file: script, api: async () => api })]);
    expect(fromYaml).toEqual(before);
    expect(fromScript).toEqual(before);
    expect(warnings).toEqual([]);
  });
});

test('secrets that came from the environment still do so in a script', async () => {
  vi.stubEnv('GRADER_TOKEN', 'grader-token-0123456789').stubEnv('DASHBOARD_TOKEN', 'dashboard-token-0123456789').stubEnv('PASSWORD_FOR_TRYING', 'trying');
  const file = path.join(folder, 'services', 'jupyterhub_config.py');
  const text = migratedScript(file, migration(await readPythonData(file, 60_000)), 'typescript', process.env);
  expect(text).toContain("api_token: process.env.GRADER_TOKEN ?? ''");
  expect(text).not.toMatch(/grader-token-|dashboard-token-|'trying'/);
  vi.unstubAllEnvs();
});
