import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { Sessions } from '../http/sessions.js';

const COOKIE = 'elara-second-step';
const MINUTES = 5;
const DAYS = MINUTES / (24 * 60);

const stepSchema = z.object({ username: z.string(), firstStep: z.string() });

/** Who has given the right password, and is asked for a one-time code. */
export type FirstStep = z.infer<typeof stepSchema>;

/** Remembers between two forms who has given the right password, in a signed cookie that is good for five minutes, and for nothing else. */
@Injectable()
export class SecondStep {
  constructor(private readonly sessions: Sessions) {}

  remember(request: HubRequest, reply: HubReply, step: FirstStep): void {
    this.sessions.setSigned(request, reply, COOKIE, JSON.stringify(step), DAYS);
  }

  current(request: HubRequest): FirstStep | undefined {
    const [found] = this.sessions.signedCookies(request, COOKIE, DAYS);
    const step = found && stepSchema.safeParse(JSON.parse(found.value));
    return step?.data;
  }

  forget(request: HubRequest, reply: HubReply): void {
    this.sessions.clearSigned(request, reply, COOKIE);
  }
}
