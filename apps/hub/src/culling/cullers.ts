import { Injectable } from '@nestjs/common';
import type { CullPolicy } from '#culling';

/** A culler, as it described itself. */
export interface Culler {
  /** Whose token it has, e.g. `service cull-idle`. */
  name: string;
  policy: CullPolicy;
  /** Seconds from one round to the next. */
  cullEvery: number;
  /** When it last began a round; ms since the epoch. */
  at: number;
}

/** Rounds that a culler may miss before it is taken for gone. */
const ROUNDS = 2;
const MOST_CULLERS = 100;

/** Whether it has missed rounds. */
export const isSilent = ({ at, cullEvery }: Culler, now: number): boolean => now - at > ROUNDS * cullEvery * 1000;

/** The cullers that have reported since this hub started. They tell their policy anew with each round: what is known of them is never old. */
@Injectable()
export class Cullers {
  readonly #known = new Map<string, Culler>();
  /** Since when cullers are listened to; ms since the epoch. */
  readonly since = Date.now();

  note(culler: Culler): void {
    this.#known.delete(culler.name);
    this.#known.set(culler.name, culler);
    for (const name of this.#known.keys()) if (this.#known.size > MOST_CULLERS) this.#known.delete(name);
  }

  /** In the order of their names. */
  all(): Culler[] {
    return [...this.#known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
