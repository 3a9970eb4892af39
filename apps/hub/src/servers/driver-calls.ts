import { UnavailableError } from '../errors.js';
import { logName } from '../spawners/spawn-context.js';
import type { RunningServer, ServerMarks, Spawner, SpawnHandle, Symptoms } from '../spawners/spawner.js';
import { withDeadline } from '../deadline.js';

/** A look at a server is short work; a driver that takes longer hangs. */
const LOOK_SECONDS = 30;
const EXAMINE_SECONDS = 10;

/** `Spawner.poll`, which may hold up neither loops nor requests. @throws UnavailableError */
export const pollInTime = (spawner: Spawner, handle: SpawnHandle): Promise<number | null> => inTime(handle, LOOK_SECONDS, () => spawner.poll(handle));

/** `Spawner.adopt` in time. @throws UnavailableError */
export const adoptInTime = (spawner: Spawner, handle: SpawnHandle, marks: ServerMarks): Promise<RunningServer | undefined> =>
  inTime(handle, LOOK_SECONDS, () => spawner.adopt(handle, marks));

/** `Spawner.examine` in time. @throws UnavailableError */
export const examineInTime = (spawner: Spawner, handle: SpawnHandle): Promise<Symptoms> => inTime(handle, EXAMINE_SECONDS, () => spawner.examine(handle));

function inTime<T>({ user, server }: SpawnHandle, seconds: number, call: () => Promise<T>): Promise<T> {
  const late = () => new UnavailableError(`cannot look at the server of ${logName(user, server)}: because the spawner does not answer`);
  return withDeadline(seconds, late, new AbortController().signal, call);
}
