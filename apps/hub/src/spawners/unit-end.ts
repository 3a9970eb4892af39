import { Logger } from '@nestjs/common';
import { adoptChild, identify, sleep } from '#process';
import { messageOf } from '../errors.js';
import type { Systemd } from './systemd-control.js';

/** systemd needs a moment to see that a program has ended, and more when it is to start it again. */
const NOTICED_MS = 100;
const PAUSE_MS = 1000;

const log = new Logger('spawners');

/** Waits until a unit has ended, restarts of its program by systemd included, without asking systemd meanwhile. @returns how, as `UnitStatus.exit` */
export async function unitEnd(systemd: Systemd, unit: string): Promise<number> {
  for (;;) {
    const status = await systemd.status(unit).catch((error: unknown) => log.warn(messageOf(error)));
    if (status?.isGone) return status.exit;
    const main = status && identify(status.mainPid);
    if (main) await adoptChild(main).exited;
    await sleep(main ? NOTICED_MS : PAUSE_MS);
  }
}
