import { Logger } from '@nestjs/common';
import { beforeAll, expect, test } from 'vitest';
import { defaultConfig } from '../config/schema.js';
import type { SpawnError } from './spawn-error.js';
import { traitsOfClass } from './spawner-class.js';
import { Systemd, type UnitStatus } from './systemd-control.js';
import { SystemdSpawner } from './systemd-spawner.js';

beforeAll(() => Logger.overrideLogger(false));

/** A machine whose only unit is one of its own. */
class BusyMachine extends Systemd {
  ended = false;

  override async status(): Promise<UnitStatus> {
    return { isRunning: true, isGone: false, isTransient: false, hasFailed: false, mainPid: 1, exit: 0, outOfMemory: false };
  }

  override async stop(): Promise<void> {
    this.ended = true;
  }
}

test('a unit of the machine that is called as the one of a server would be is left alone', async () => {
  const machine = new BusyMachine();
  const spawner = new SystemdSpawner(defaultConfig().SystemdSpawner, machine);
  const context = {
    ...{ user: { id: 1, name: 'root' }, server: '', logName: 'root', argv: ['/bin/true'], options: {}, logFile: '/dev/null' },
    traits: { ...traitsOfClass(defaultConfig()), unit_name_template: '{USERNAME}' },
    environment: () => ({}),
  };
  const failed = spawner.start(context, AbortSignal.timeout(10_000)).catch((error: SpawnError) => error);
  expect(await failed).toMatchObject({ code: 'internal', detail: 'cannot end root.service: because it is a unit of the machine' });
  expect(machine.ended).toBe(false);
});
