import { Injectable, Logger } from '@nestjs/common';
import type { AskedServer } from '../config/classes/spawner.js';
import { within } from '../config/load/within.js';
import { HubError, InvalidInputError, messageOf } from '../errors.js';
import { ServersService } from '../servers/servers.service.js';
import type { SpawnerTraits } from '../spawners/spawner-traits.js';
import { profileViews, type ProfileView, takeProfile } from './profile-form.js';
import type { PageServer } from './server-pages.js';
import { optionsFromForm, type SentForm } from './spawn-options.js';

const log = new Logger('pages');
const FUNCTION_MS = 10_000;

type Options = Record<string, unknown>;

/** What a person is asked before a server starts: the profiles to choose from, and the operator's own fields. */
export class SpawnForm {
  constructor(
    private readonly traits: SpawnerTraits,
    private readonly server: AskedServer,
    /** The operator's HTML. */
    readonly html: string,
  ) {}

  get isEmpty(): boolean {
    return this.html === '' && this.traits.profile_list.length === 0;
  }

  /** @param sent what was sent and could not be used */
  profiles(sent: SentForm | undefined): ProfileView[] {
    const { profile_list } = this.traits;
    return profileViews(profile_list, sent ? takeProfile(profile_list, sent.fields).options : (this.server.user_options ?? {}));
  }

  /** The options that a form, or an address, comes to. @throws InvalidInputError, TooLargeError */
  async options({ fields, files }: SentForm): Promise<Options> {
    const { options_from_form: mode, profile_list } = this.traits;
    const { options, rest } = takeProfile(profile_list, fields);
    const others = typeof mode === 'function' ? await this.#ask(() => mode({ ...rest, ...files }, this.server)) : optionsFromForm(mode, { fields: rest, files });
    return { ...others, ...options };
  }

  /** What the function throws, it says to the person. */
  async #ask(work: () => Options | Promise<Options>): Promise<Options> {
    const given = await within(FUNCTION_MS, Promise.resolve().then(work)).catch((error: unknown) => {
      log.warn(`Spawner.options_from_form refused the form for ${this.server.user.name}: ${messageOf(error)}`);
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
  constructor(private readonly servers: ServersService) {}

  /** @throws HubError when a function of the config fails */
  async of({ user, name, userOptions }: PageServer): Promise<SpawnForm> {
    const { traits, groups } = await this.servers.traitsFor(user);
    const server: AskedServer = { name, user: { name: user.name, groups }, user_options: userOptions };
    return new SpawnForm(traits, server, await htmlOf(traits.options_form, server));
  }
}

async function htmlOf(form: SpawnerTraits['options_form'], server: AskedServer): Promise<string> {
  if (typeof form === 'string') return form;
  try {
    const html: unknown = await within(FUNCTION_MS, Promise.resolve().then(() => form(server)));
    if (typeof html === 'string') return html;
    throw new TypeError(`it gave no text, but ${html === null ? 'null' : typeof html}`);
  } catch (error) {
    log.error(`The function Spawner.options_form failed for ${server.user.name}: ${messageOf(error)}`);
    throw new HubError('The options of this server cannot be shown right now.', { cause: error });
  }
}
