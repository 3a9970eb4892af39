import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultConfig } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { Renderer } from './renderer.js';
import { StaticFiles } from './static-files.js';

const MARK = 'the-operators-own';
const folder = mkdtempSync(path.join(tmpdir(), 'elara-blocks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const user = { name: 'ada', api_path: '/hub/api/users/ada' };
const everywhere = { user, services: [{ name: 'board', href: '/' }], xsrf: 'x' };
const login = { authenticator: { request_otp: true }, login_term_url: '/terms' };
const stranger = { ...login, user: undefined, services: [] };

/** The blocks that templates written for JupyterHub fill (reference hub-behaviour 7.8), and what is shown with them. */
const BLOCKS: [template: string, blocks: string, context?: Record<string, unknown>][] = [
  ['page.html', 'title stylesheet favicon scripts meta nav_bar logo nav_bar_left_items service nav_bar_right_items theme_toggle login_widget header announcement main footer script'],
  ['login.html', 'login_widget main login login_container username_input username_input_attrs password_input password_input_attrs otp_input otp_input_attrs login_terms login_terms_text script', stranger],
  ['home.html', 'main script', { default_server: {}, spawners: [] }],
  ['logout.html', 'main'],
  ['oauth.html', 'login_widget main', { oauth_client: {} }],
  ['accept-share.html', 'main', { owner: {}, spawner: {} }],
  ['admin.html', 'main script footer', { admin_styles: [] }],
  ['spawn.html', 'main heading script', { spawner: {} }],
  ['spawn_pending.html', 'main message script', { spawner: { user } }],
  ['stop_pending.html', 'main message script', { spawner: {} }],
  ['not_running.html', 'main heading message start_button script', { spawner: {} }],
  ['token.html', 'main expiration_options token_row client_row script', { api_tokens: [{}], oauth_clients: [{}] }],
  ['error.html', 'login_widget main h1_error error_detail script', { status_code: 500 }],
  ['404.html', 'main h1_error error_detail', { status_code: 404 }],
];

function render(template: string, context: Record<string, unknown>): string {
  const config = defaultConfig();
  config.JupyterHub.template_paths = [folder];
  const urls = hubUrls(config);
  return new Renderer(config, urls, new StaticFiles(config, urls)).render(template, { ...everywhere, ...context });
}

describe('an operator fills a block of', () => {
  let template = '';
  beforeEach(() => template && rmSync(path.join(folder, template), { force: true }));

  it.each(BLOCKS.flatMap(([name, blocks, context]) => blocks.split(' ').map((block) => [name, block, context ?? {}] as const)))('%s: %s', (name, block, context) => {
    template = name;
    expect(render(name, context)).not.toContain(MARK);
    writeFileSync(path.join(folder, name), `{% extends "templates/${name}" %}{% block ${block} %}{{ super() }}${MARK} {{ base_url }}{% endblock %}`);
    expect(render(name, context)).toContain(`${MARK} /hub/`);
  });
});

describe('an operator uses', () => {
  it('the macro of page.html for dialogs', () => {
    writeFileSync(path.join(folder, 'dialog.html'), '{% from "page.html" import modal %}{% call modal("Are you sure", btn_label="Yes") %}<p>Really?</p>{% endcall %}');
    const html = render('dialog.html', {});
    expect(html).toContain('id="are-you-sure-dialog"');
    expect(html).toContain('<p>Really?</p>');
    expect(html).toContain('Yes</button>');
  });

  it('what JupyterHub gives every page', () => {
    const names = ['base_url', 'prefix', 'user', 'login_url', 'login_service', 'logout_url', 'static_url', 'version_hash', 'services', 'parsed_scopes', 'expanded_scopes', 'xsrf'];
    writeFileSync(path.join(folder, 'names.html'), names.map((name) => `{% if ${name} is not defined %}${name} {% endif %}`).join(''));
    expect(render('names.html', {})).toBe('');
  });
});
