import { Injectable } from '@nestjs/common';
import { hasScope } from '#scopes';
import type { Caller } from '../identity/caller.js';
import { ServicesService } from '../services/services.service.js';

export interface MenuEntry {
  name: string;
  href: string;
  info: Record<string, unknown>;
}

/** The services that a person may open: with an address, shown, and permitted (reference hub-behaviour 7.5). */
@Injectable()
export class ServicesMenu {
  constructor(private readonly services: ServicesService) {}

  entries({ parsed }: Caller): MenuEntry[] {
    return this.services
      .list()
      .filter(({ name, prefix, display }) => prefix && display && hasScope(parsed, 'access:services', { kind: 'service', name }))
      .map(({ name, prefix, info }) => ({ name, href: prefix, info }));
  }
}
