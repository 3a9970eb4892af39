import { Get, Inject, Req, Res } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { NeedsLogin } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import { hookHandler } from '../http/hook-handler.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { namedServerLimit } from '../servers/named-server-limit.js';
import { adminFiles } from './admin-files.js';
import { Pages } from './pages.service.js';
import { StaticFiles } from './static-files.js';

/** `/hub/admin` and all below it: the page that the app in apps/admin fills, which reads from the address what to show. */
@PageController('admin')
export class AdminController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly files: StaticFiles,
    private readonly pages: Pages,
  ) {}

  @Get(['', '*'])
  @NeedsLogin('admin-ui')
  async show(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    const { allow_named_servers, api_page_default_limit } = this.config.JupyterHub;
    await this.pages.send(request, reply, 'admin.html', {
      current_page: 'admin',
      admin_access: true,
      allow_named_servers,
      named_server_limit_per_user: await namedServerLimit(this.config.JupyterHub, hookHandler(request, this.config)),
      api_page_limit: api_page_default_limit,
      ...adminFiles(this.files),
    });
  }
}
