import { Inject, Injectable } from '@nestjs/common';
import nunjucks from 'nunjucks';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { usesNative } from '../authenticators/native/native.js';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { API_LEVEL } from '../version.js';
import { ago } from './page-time.js';
import { StaticFiles } from './static-files.js';
import { TemplateLoader } from './template-loader.js';

// templates written for Jinja use `.items()`, `True`, slices …
nunjucks.installJinjaCompat();

/** Turns templates into pages. Values are escaped unless the template marks them as the operator's own HTML. */
@Injectable()
export class Renderer {
  readonly #environment: nunjucks.Environment;

  constructor(
    @Inject(HUB_CONFIG) config: HubConfig,
    @Inject(HUB_URLS) urls: HubUrls,
    files: StaticFiles,
  ) {
    const { template_paths, template_vars, logo_file } = config.JupyterHub;
    this.#environment = new nunjucks.Environment(new TemplateLoader(template_paths), { autoescape: true });
    this.#environment.addFilter('ago', ago);
    this.#environment.addFilter('tojson', toJson);
    // as globals, templates that others import macros from see them too
    for (const [name, value] of Object.entries({
      base_url: urls.hubPrefix,
      prefix: urls.baseUrl,
      login_url: `${urls.hubPrefix}login`,
      login_service: authenticatorTraits(config).login_service,
      has_own_passwords: usesNative(config),
      logout_url: `${urls.hubPrefix}logout`,
      services: [],
      parsed_scopes: {},
      expanded_scopes: [],
      version_hash: '',
      server_version: API_LEVEL,
      default_logo: !logo_file,
      static_url: (name: string) => files.url(name),
      url_path_join: joinPaths,
      ...plainVariables(template_vars),
    })) {
      this.#environment.addGlobal(name, value);
    }
  }

  /**
   * @param name of the template, e.g. `home.html`
   * @param context the page's own variables; they win over the operator's `template_vars`, as in JupyterHub
   * @throws what is wrong with the template, as Nunjucks says it
   */
  render(name: string, context: Record<string, unknown>): string {
    return this.#environment.render(name, context);
  }

  /** The same with a template that is given as a text: HTML of the operator's from the config. */
  renderText(template: string, context: Record<string, unknown>): string {
    return this.#environment.renderString(template, context);
  }

  /** Whether a template of this name exists (an operator may add `503.html`). */
  has(name: string): boolean {
    try {
      return Boolean(this.#environment.getTemplate(name));
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('template not found')) return false;
      throw error;
    }
  }
}

/** `template_vars` without the functions, which are asked for each page. */
const plainVariables = (variables: Record<string, unknown>) => Object.fromEntries(Object.entries(variables).filter(([, value]) => typeof value !== 'function'));

/** JSON that is safe inside HTML, as Jinja's filter of that name writes it. */
function toJson(value: unknown): nunjucks.runtime.SafeString {
  const json = JSON.stringify(value ?? null).replace(/[<>&'\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new nunjucks.runtime.SafeString(json);
}

/** Joins parts with exactly one slash between them; leading and trailing ones stay. */
function joinPaths(...parts: string[]): string {
  const joined = parts.filter(Boolean).join('/');
  return joined.replace(/\/{2,}/g, '/');
}
