import { Readable } from 'node:stream';
import { Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { ScopeCheck } from '../http/scope-check.js';
import type { Caller } from '../identity/caller.js';
import { UsersService } from '../users/users.service.js';
import { AUDIT_QUERY, auditQuestion } from './audit-query.js';
import { auditModel, ownAuditModel } from './audit.model.js';
import { AuditReader } from './audit-reader.js';

const LINES = 'application/x-ndjson';

/** Elara's own routes: who did what to whom. */
@ApiController()
export class AuditController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly reader: AuditReader,
    private readonly users: UsersService,
    private readonly scopes: ScopeCheck,
  ) {}

  @Get('audit')
  @NeedsScope('read:audit')
  @Describe({ summary: `Who did what to whom, the newest first; with Accept: ${LINES} all of it, a record a line`, query: AUDIT_QUERY, answers: { 200: 'AuditPage' }, errors: [400] })
  async all(@Req() request: HubRequest, @Query() asked: Record<string, unknown>, @Res() reply: HubReply): Promise<void> {
    const question = auditQuestion(asked, this.config.JupyterHub);
    if (!wantsLines(request)) return void (await reply.send(await this.reader.page(question, auditModel)));
    await reply.type(LINES).send(Readable.from(this.reader.lines(question, auditModel), { objectMode: false }));
  }

  @Get('users/:user/audit')
  @NeedsScope('read:audit', 'tokens')
  @Describe({ summary: 'What was done to the account of a user, their servers and tokens, the newest first', query: AUDIT_QUERY, answers: { 200: 'AuditPage' }, errors: [400] })
  async ofUser(@Param('user') name: string, @Query() asked: Record<string, unknown>, @CurrentCaller() caller: Caller) {
    const user = await this.users.get(name);
    const { filter, ...rest } = auditQuestion(asked, this.config.JupyterHub);
    // an id may have been somebody else's before
    const concerns = { userId: user.id, since: user.created };
    const seesAll = await this.scopes.holds(caller, ['read:audit'], { kind: 'user', name });
    return this.reader.page({ ...rest, filter: { ...filter, concerns } }, (row) => (seesAll ? auditModel(row) : ownAuditModel(row, name)));
  }
}

const wantsLines = ({ headers }: HubRequest): boolean =>
  String(headers.accept ?? '')
    .split(',')
    .some((type) => type.split(';')[0]!.trim().toLowerCase() === LINES);
