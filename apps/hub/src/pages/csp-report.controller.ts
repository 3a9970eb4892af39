import { HttpCode, Logger, Post } from '@nestjs/common';
import { ChecksXsrfItself, NeedsLogin } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import type { Caller } from '../identity/caller.js';
import { cspReports } from '../metrics.js';

const log = new Logger('pages');
const LONGEST_REPORT = 1000;

/** Where browsers report what the content security policy kept them from loading. */
@PageController('security/csp-report')
export class CspReportController {
  @Post()
  @HttpCode(200)
  @NeedsLogin()
  @ChecksXsrfItself()
  report(@LazyBody() body: RequestBody, @CurrentCaller() caller: Caller): void {
    cspReports.inc();
    log.warn(`Content security violation, reported by the browser of ${caller.name}: ${JSON.stringify(body.text.slice(0, LONGEST_REPORT))}`);
  }
}
