import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { ErrorFilter } from './error.filter.js';
import { ErrorPages } from './error-pages.js';
import { EventStreams } from './event-streams.js';
import { KnownBrowsers } from './known-browsers.js';
import { LogAnswers } from './log-answers.js';
import { ScopeCheck } from './scope-check.js';
import { COOKIE_SECRET, Sessions } from './sessions.js';

/** What stands between the socket and the handlers: identity, access rules, errors. */
@Module({})
export class HttpModule {
  static with(cookieSecret: Buffer): DynamicModule {
    return {
      module: HttpModule,
      global: true,
      providers: [
        { provide: COOKIE_SECRET, useValue: cookieSecret },
        Sessions,
        KnownBrowsers,
        ScopeCheck,
        ErrorPages,
        EventStreams,
        LogAnswers,
        AccessGuard,
        { provide: APP_GUARD, useExisting: AccessGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
      exports: [Sessions, KnownBrowsers, ScopeCheck, ErrorPages, EventStreams, LogAnswers, AccessGuard, COOKIE_SECRET],
    };
  }
}
