import { Inject, Injectable, Logger } from '@nestjs/common';
import { callHook, callPageHook, PAGE_SECONDS } from '../call-hook.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { OptionsFromForm } from '../config/hooks/functions.js';
import type { HubConfig } from '../config/schema.js';
import { HubError, InvalidInputError, messageOf } from '../errors.js';
import { hookHandler } from '../http/hook-handler.js';
import type { HubRequest } from '../http/hub-request.js';
import { SpawnHooks } from '../servers/spawn-hooks.js';
import { decideTraits } from '../spawners/hook-calls.js';
import type { HookedSpawner } from '../spawners/hooked-spawner.js';
import { traitsOfClass } from '../spawners/spawner-class.js';
import { type Spawner, SPAWNER } from '../spawners/spawner.js';
import type { SpawnerTraits } from '../spawners/spawner-traits.js';
import { profileViews, type ProfileView, takeProfile } from './profile-form.js';
import type { PageServer } from './server-pages.js';
import { optionsFromForm, type SentForm } from './spawn-options.js';

const log = new Logger('pages');

type Options = Record<string, unknown>;

/** What the fields of a form come to: by a function of the config or of the spawner, or in one of the usual ways. */
type FormReader = 'passthrough' | 'simple' | OptionsFromForm;

/** What a person is asked before a server starts: the profiles to choose from, and the operator's own fields. */
export class SpawnForm {
  constructor(
    private readonly profileList: SpawnerTraits['profile_list'],
    private readonly hooked: HookedSpawner,
    /** The operator's HTML. */
    readonly html: string,
    private readonly reader: FormReader,
  ) {}

  get isEmpty(): boolean {
    return this.html === '' && this.profileList.length === 0;
  }

  /** @param sent what was sent and could not be used */
  profiles(sent: SentForm | undefined): ProfileView[] {
    const present = sent ? takeProfile(this.profileList, sent.fields).options : this.hooked.spawner.user_options;
    return profileViews(this.profileList, present);
  }

  /** The options that a form, or an address, comes to. @throws InvalidInputError, TooLargeError */
  async options({ fields, files }: SentForm): Promise<Options> {
    const { reader } = this;
    const { options, rest } = takeProfile(this.profileList, fields);
    const others = typeof reader === 'function' ? await this.#ask(reader, { ...rest, ...files }) : optionsFromForm(reader, { fields: rest, files });
    return { ...others, ...options };
  }

  /** What the function throws, it says to the person. */
  async #ask(reader: OptionsFromForm, form: Parameters<OptionsFromForm>[0]): Promise<Options> {
    const { spawner } = this.hooked;
    const given = await callHook('Spawner.options_from_form', { seconds: PAGE_SECONDS }, (hook) => reader(form, spawner, hook)).catch((error: unknown) => {
      log.warn(`Spawner.options_from_form refused the form for ${spawner.user.name}: ${messageOf(error)}`);
      throw new InvalidInputError(messageOf(error), { cause: error });
    });
    const options = asJson(given);
    if (!options) throw new HubError('cannot start the server: because the function Spawner.options_from_form gave no mapping of options');
    return options;
  }
}

/** What the database can keep of a value: undefined when that is no mapping. */
function asJson(value: unknown): Options | undefined {
  const json = JSON.stringify(value) as string | undefined;
  return json?.startsWith('{') ? (JSON.parse(json) as Options) : undefined;
}

@Injectable()
export class SpawnForms {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(SPAWNER) private readonly spawner: Spawner,
    private readonly hooks: SpawnHooks,
  ) {}

  /** @throws HubError when a function of the config fails */
  async of({ user, name, userOptions }: PageServer, request: HubRequest): Promise<SpawnForm> {
    const handler = hookHandler(request, this.config);
    const hooked = await this.hooks.of({ user, name, traits: traitsOfClass(this.config), options: userOptions ?? {}, handler });
    await decideTraits(hooked, { seconds: PAGE_SECONDS });
    const { traits } = hooked;
    return new SpawnForm(traits.profile_list, hooked, await this.#html(traits.options_form, hooked), this.#reader(traits));
  }

  async #html(written: SpawnerTraits['options_form'], { spawner }: HookedSpawner): Promise<string> {
    const form = written || this.spawner.optionsForm?.bind(this.spawner) || '';
    if (typeof form === 'string') return form;
    return callPageHook('Spawner.options_form', async (hook) => {
      const html: unknown = await form(spawner, hook);
      if (typeof html === 'string') return html;
      throw new TypeError(`it gave no text, but ${html === null ? 'null' : typeof html}`);
    });
  }

  #reader({ options_from_form: written }: SpawnerTraits): FormReader {
    return typeof written === 'function' ? written : (this.spawner.optionsFromForm?.bind(this.spawner) ?? written);
  }
}
