import { type INestApplication, Inject, Injectable } from '@nestjs/common';
import { HUB_URLS } from '../config/config.module.js';
import type { HubUrls } from '../config/urls.js';

/** The OpenAPI document of this hub: made when somebody asks for it first, then kept as text. */
@Injectable()
export class ApiDocument {
  #app?: INestApplication;
  #json?: Promise<string>;

  constructor(@Inject(HUB_URLS) private readonly urls: HubUrls) {}

  /** Says whose routes the document is about; to be called before the first request. */
  describe(app: INestApplication): void {
    this.#app = app;
  }

  /** The document as JSON. */
  json(): Promise<string> {
    return (this.#json ??= this.#build());
  }

  async #build(): Promise<string> {
    if (!this.#app) throw new Error('cannot describe the API: because the application is not known');
    // what describes is larger than what is described: it is loaded by hubs that are asked
    const { buildDocument } = await import('./build-document.js');
    return JSON.stringify(buildDocument(this.#app, this.urls));
  }
}
