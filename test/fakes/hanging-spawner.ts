import type { RunningServer, ServerAddress, Spawner, SpawnHandle, StartedServer } from '../../apps/hub/src/spawners/spawner.js';

export type HangingStep = 'start' | 'stop' | 'poll' | 'adopt' | 'examine';

/** A driver that hangs for ever in the steps it is told to, deaf to every signal; in the others it does at once what is asked. */
export class HangingSpawner implements Spawner {
  readonly hangs = new Set<HangingStep>();
  /** Numbers of the servers that run. */
  readonly running = new Set<number>();
  readonly stopSeconds = 10;
  #last = 0;

  /** @param address where something answers for all its servers; without one, nothing does */
  constructor(private readonly address: ServerAddress) {}

  async start(): Promise<StartedServer> {
    await this.#step('start');
    this.running.add((this.#last += 1));
    return { ...this.#server(this.#last), address: this.address };
  }

  async adopt(handle: SpawnHandle): Promise<RunningServer | undefined> {
    await this.#step('adopt');
    return this.running.has(idOf(handle)) ? this.#server(idOf(handle)) : undefined;
  }

  async findAll() {
    return [];
  }

  async poll(handle: SpawnHandle): Promise<number | null> {
    await this.#step('poll');
    return this.running.has(idOf(handle)) ? null : 0;
  }

  async examine() {
    await this.#step('examine');
    return { ports: [], outOfMemory: false };
  }

  async stop(handle: SpawnHandle): Promise<void> {
    await this.#step('stop');
    this.running.delete(idOf(handle));
  }

  #step(step: HangingStep): Promise<void> {
    return this.hangs.has(step) ? new Promise(() => undefined) : Promise.resolve();
  }

  #server(id: number): RunningServer {
    return { state: { id }, memo: { id }, ended: () => new Promise(() => undefined) };
  }
}

const idOf = ({ state }: SpawnHandle): number => Number(state.id);
