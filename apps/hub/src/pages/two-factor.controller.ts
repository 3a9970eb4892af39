import { Get, Post, Req, Res } from '@nestjs/common';
import { recoveryCodesLeft } from '../authenticators/native/second-factors.js';
import { NotFoundError } from '../errors.js';
import { NeedsLogin } from '../http/access.js';
import { noteForAudit } from '../http/audit-note.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import type { Caller } from '../identity/caller.js';
import { OwnAccountService, type Person } from '../native-accounts/own-account.service.js';
import { formProblem } from './form-problem.js';
import { Pages } from './pages.service.js';
import { People } from './person.js';
import { qrCode } from './qr-code.js';

/** What was typed into one of the forms. */
interface Typed {
  password: string;
  code: string;
}

/** Does what a form asks for; resolves with what the page shows of it, this once. */
type Work = (person: Person, typed: Typed) => Promise<Record<string, unknown>>;

/** `/hub/two-factor`: one-time codes for people with a password of this hub. */
@PageController('two-factor')
export class TwoFactorController {
  constructor(
    private readonly account: OwnAccountService,
    private readonly people: People,
    private readonly pages: Pages,
  ) {}

  @Get()
  @NeedsLogin()
  async show(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    await this.#send(request, reply, caller, {});
  }

  @Post()
  @NeedsLogin()
  begin(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller): Promise<void> {
    return this.#carryOut(request, reply, body, caller, async (person, { password }) => {
      const { secret, uri } = await this.account.beginSecondFactor(person, password);
      return { secret: secret.replaceAll(/(.{4})(?=.)/g, '$1 '), qr_code: await qrCode(uri, 'The key below, for an app that scans it') };
    });
  }

  @Post('confirm')
  @NeedsLogin()
  confirm(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller): Promise<void> {
    return this.#carryOut(request, reply, body, caller, async (person, { code }) => ({ codes: await this.account.confirmSecondFactor(person, code), is_new: true }));
  }

  @Post('recovery-codes')
  @NeedsLogin()
  renew(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller): Promise<void> {
    return this.#carryOut(request, reply, body, caller, async (person, { password, code }) => ({ codes: await this.account.renewRecoveryCodes(person, password, code) }));
  }

  @Post('disable')
  @NeedsLogin()
  disable(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller): Promise<void> {
    return this.#carryOut(request, reply, body, caller, async (person, { password, code }) => {
      await this.account.endSecondFactor(person, password, code);
      return { is_off: true };
    });
  }

  async #carryOut(request: HubRequest, reply: HubReply, body: RequestBody, caller: Caller, work: Work): Promise<void> {
    const form = body.form();
    noteForAudit(request, { target: { kind: 'user', name: caller.name } });
    try {
      const shown = await work(this.people.of(request, caller), { password: form.get('password') ?? '', code: form.get('otp') ?? '' });
      await this.#send(request, reply, caller, shown);
    } catch (error) {
      const problem = formProblem(request, reply, error);
      await this.#send(request, reply, caller, { ...problem }, problem.status);
    }
  }

  async #send(request: HubRequest, reply: HubReply, { name }: Caller, shown: Record<string, unknown>, status = 200): Promise<void> {
    const account = await this.account.of(name);
    const isOn = account.totp_secret !== null;
    if (!isOn && !this.account.offersSecondFactor) throw new NotFoundError('There are no one-time codes on this hub');
    // what is shown once must not be found in a cache later
    void reply.header('Cache-Control', 'no-store');
    const context = { current_page: 'password', is_on: isOn, is_begun: account.totp_pending !== null, codes_left: recoveryCodesLeft(account), ...shown };
    await this.pages.send(request, reply, 'two-factor.html', context, status);
  }
}
