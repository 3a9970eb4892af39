import { Injectable } from '@nestjs/common';
import type { HubRequest } from '../http/hub-request.js';
import { KnownBrowsers } from '../http/known-browsers.js';
import { addressOf } from '../http/request-log.js';
import type { Caller } from '../identity/caller.js';
import type { Person } from '../native-accounts/own-account.service.js';

/** Who sits at the browser that sent a request. */
@Injectable()
export class People {
  constructor(private readonly browsers: KnownBrowsers) {}

  of(request: HubRequest, { id, name }: Caller): Person {
    const knownBrowser = this.browsers.proof(request, name);
    return { id, name, address: addressOf(request), ...(knownBrowser !== undefined && { knownBrowser }) };
  }
}
