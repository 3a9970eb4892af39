import { Logger } from '@nestjs/common';
import { type ControlGroup, ControlGroups, ProcessError, type ResourceLimits } from '#process';

const log = new Logger('limits');

/** Gives processes with limits a control group; where the machine cannot keep limits, they run without, and the log says so once. */
export class ResourceGroups {
  #found?: Promise<ControlGroups>;
  readonly #told = new Set<string>();

  constructor(private readonly find: () => Promise<ControlGroups> = findAndSweep) {}

  /**
   * @param name of the group; no two processes at a time may have the same
   * @returns undefined without limits, and where they cannot be kept
   */
  async groupFor(name: string, limits: ResourceLimits): Promise<ControlGroup | undefined> {
    if (!limits.memoryBytes && !limits.cpus) return undefined;
    try {
      return await (await (this.#found ??= this.find())).make(name, limits);
    } catch (error) {
      if (!(error instanceof ProcessError) || error.code !== 'no-limits') throw error;
      if (!this.#told.has(error.message)) log.warn(`${error.message}; ${name} runs without (docs/how-to/limits.md)`);
      this.#told.add(error.message);
      return undefined;
    }
  }
}

async function findAndSweep(): Promise<ControlGroups> {
  const groups = await ControlGroups.find();
  await groups.sweep();
  return groups;
}
