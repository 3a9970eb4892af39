import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { Renderer } from './renderer.js';
import { StaticFiles } from './static-files.js';
import { TEMPLATES_DIR } from './template-loader.js';

const EVIL = '"><img src=x onerror=alert(1)>\'';
const folder = mkdtempSync(path.join(tmpdir(), 'elara-templates-'));

function renderer(vars: Record<string, unknown> = {}, paths: string[] = []): Renderer {
  const config = defaultConfig();
  config.JupyterHub.template_vars = vars;
  config.JupyterHub.template_paths = paths;
  const urls = hubUrls(config);
  return new Renderer(config, urls, new StaticFiles(config, urls));
}

const login = { authenticator: {}, authenticator_login_url: '/hub/login', username: '', xsrf: 'token', services: [] };

describe('the built-in templates', () => {
  const files = readdirSync(TEMPLATES_DIR, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  const source = (name: string) => readFileSync(path.join(TEMPLATES_DIR, name), 'utf8');

  it.each(files)("%s prints raw only what is the operator's, or drawn by the hub", (name) => {
    const raw = [...source(name).matchAll(/\{\{([^}]*)\|\s*safe/g)].map(([, value]) => value!.trim());
    expect(['announcement', 'custom_html', 'profile.description', 'qr_code', 'spawner_options_form', 'tos']).toEqual(expect.arrayContaining(raw));
  });

  it.each(files)('%s has no inline script or style, which the content security policy refuses', (name) => {
    expect(source(name)).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
  });
});

describe('escaping', () => {
  const pages: [name: string, context: Record<string, unknown>][] = [
    ['login.html', { ...login, username: EVIL, login_error: EVIL, authenticator_login_url: `/hub/login?next=${EVIL}`, xsrf: EVIL }],
    ['spawn.html', { url: EVIL, error_message: EVIL, error_hint: EVIL, error_log: EVIL, for_user: { name: EVIL }, user: { name: 'a' }, spawner: { name: EVIL } }],
    ['spawn_pending.html', { progress_url: EVIL, server_api_path: EVIL, user: { name: EVIL }, spawner: { name: EVIL, user: { name: 'b' } } }],
    ['stop_pending.html', { spawner: { name: EVIL } }],
    ['not_running.html', { spawn_url: EVIL, server_name: EVIL, spawner: {}, failed: true, failed_message: EVIL, failed_hint: EVIL, failed_log: EVIL }],
    ['token.html', { user: { name: EVIL, api_path: EVIL }, api_tokens: [{ note: EVIL, api_id: EVIL, scopes: [EVIL] }], oauth_clients: [{ description: EVIL }] }],
    ['oauth.html', { user: { name: EVIL }, oauth_client: { description: EVIL, redirect_uri: EVIL }, allowed_scopes: [EVIL], scope_descriptions: [{ description: EVIL, filter: EVIL, scope: EVIL }] }],
    ['error.html', { status_code: 400, status_message: EVIL, message: EVIL, hint: EVIL }],
    ['404.html', { status_code: 404, message: EVIL, xsrf_token: EVIL, services: [{ name: EVIL, href: EVIL }], user: { name: EVIL } }],
    ['admin.html', { user: { name: EVIL }, expanded_scopes: [EVIL], api_page_limit: EVIL, admin_script: EVIL, admin_styles: [EVIL] }],
    ['home.html', { user: { name: EVIL, escaped_name: EVIL, api_path: EVIL }, url: EVIL, allow_named_servers: true, named_server_limit_per_user: 0, default_server: { state: 'failed', failure: { message: EVIL, hint: EVIL }, spawn_url: EVIL }, spawners: [{ name: EVIL, display_name: EVIL, state: 'stopped', spawn_url: EVIL }], services: [{ name: EVIL, href: EVIL, info: { description: EVIL } }], announced: { text: EVIL, by: EVIL } }],
  ];

  it.each(pages)('%s shows values as text', (name, context) => {
    const page = renderer().render(name, context);
    expect(page).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;');
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain("alert(1)>'");
  });
});

describe('the element ids that scripts and tests rely on', () => {
  const server = { state: 'ready', url: '/user/a/' };
  it.each([
    ['login.html', { ...login, authenticator: { request_otp: true } }, ['login_submit', 'username_input', 'password_input', 'otp_input']],
    ['home.html', { user: { name: 'a' }, default_server: server, spawners: [] }, ['start', 'stop', 'login_widget', 'logout']],
    ['spawn.html', { spawner: {} }, ['spawn_form']],
    ['spawn_pending.html', { spawner: { user: {} } }, ['progress-bar', 'progress-message', 'progress-log']],
    ['not_running.html', { spawn_url: '/x', spawner: {} }, ['start']],
    ['token.html', { api_tokens: [], oauth_clients: [], user: {} }, ['request-token-form', 'token-result']],
  ])('%s', (name, context, ids) => {
    const page = renderer().render(name, context);
    for (const id of ids) expect(page.split(`id="${id}"`)).toHaveLength(2);
  });
});

describe("an operator's templates", () => {
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  const render = (name: string, context: Record<string, unknown> = {}, vars: Record<string, unknown> = {}) => renderer(vars, [folder]).render(name, context);

  beforeAll(() => {
    mkdirSync(path.join(folder, 'more'));
    write('page.html', '{% extends "templates/page.html" %}{% block footer %}<footer id="ours">{{ support or "nobody" }}</footer>{% endblock %}');
    write('login.html', '{% extends "templates/login.html" %}{% set announcement = "<b>exam</b>" %}{% block login_terms %}{{ super() }}<p id="rules">Rules</p>{% endblock login_terms %}');
    write('home.html', '{% extends "templates/home.html" %}{% block service scoped %}<li id="item">{{ service.name }}</li>{% endblock service %}');
    write('jinja.html', '{% for key, value in table.items() %}{{ key }}={{ value }};{% endfor %}{% if flag is none and None is none and True %}{{ [1, 2, 3][1:] | join("-") }}{% endif %}{{ data | tojson }}{% if "b" in scopes %}!{% endif %}');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('override page.html for every page, and find their variables', () => {
    expect(render('error.html', { status_code: 404 }, { support: 'help@example.org' })).toContain('<footer id="ours">help@example.org</footer>');
  });

  it('add to login.html and announce something', () => {
    const page = render('login.html', login);
    expect(page).toContain('<p id="rules">');
    expect(page).toContain('<b>exam</b>');
    expect(page).toContain('id="ours"');
    expect(page).toContain('id="username_input"');
  });

  it('replace a block inside a loop, marked scoped', () => {
    const page = render('home.html', { user: { name: 'a' }, services: [{ name: 'one', href: '/' }], default_server: { state: 'stopped' }, spawners: [] });
    expect(page).toContain('<li id="item">one</li>');
  });

  it('may use what Jinja has and Nunjucks lacks', () => {
    const context = { table: { a: 1, b: 2 }, flag: null, data: '</script>', scopes: { b: true } };
    expect(render('jinja.html', context)).toBe('a=1;b=2;2-3"\\u003c/script\\u003e"!');
  });

  it('announce by template_vars, for all pages or for one', () => {
    expect(render('logout.html', {}, { announcement: '<i>all</i>' })).toContain('<i>all</i>');
    const page = render('logout.html', {}, { announcement: '<i>all</i>', announcement_logout: '<i>one</i>' });
    expect(page).toContain('<i>one</i>');
    expect(page).not.toContain('<i>all</i>');
    expect(render('logout.html', {}, { announcement: '<i>all</i>', announcement_logout: '' })).not.toContain('<i>all</i>');
  });

  it('are looked for in their folders only', () => {
    write('leak.html', '{% include "../../etc/passwd" ignore missing %}-');
    expect(render('leak.html')).toBe('-');
    expect(renderer({}, [folder]).has('jinja.html')).toBe(true);
    expect(renderer({}, [folder]).has('503.html')).toBe(false);
  });
});
