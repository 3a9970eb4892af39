import { Get, Query, Req, Res } from '@nestjs/common';
import { ownAuditModel } from '../audit/audit.model.js';
import { auditQuestion } from '../audit/audit-query.js';
import { AuditReader } from '../audit/audit-reader.js';
import { NeedsLogin } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import type { Caller } from '../identity/caller.js';
import { UsersService } from '../users/users.service.js';
import { historyLine } from './account-history.js';
import { Pages } from './pages.service.js';

const LINES = 50;

/** What was done to one's own account, by oneself and by others. */
@PageController('history')
export class AccountHistoryController {
  constructor(
    private readonly users: UsersService,
    private readonly reader: AuditReader,
    private readonly pages: Pages,
  ) {}

  @Get()
  @NeedsLogin()
  async show(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller, @Query('before') before?: string): Promise<void> {
    const user = await this.users.get(caller.name);
    const { filter, ...rest } = auditQuestion({ limit: LINES, ...(before && { before }) }, { api_page_default_limit: LINES, api_page_max_limit: LINES });
    const concerns = { userId: user.id, since: user.created };
    const { items, next } = await this.reader.page({ ...rest, filter: { ...filter, concerns } }, (row) => ownAuditModel(row, user.name));
    await this.pages.send(request, reply, 'history.html', { current_page: 'history', lines: items.map((item) => historyLine(item, user.name)), next, is_first: !before });
  }
}
