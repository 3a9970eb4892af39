import { Injectable } from '@nestjs/common';

/** How a part of the hub is. */
export interface PartHealth {
  status: 'ok' | 'failing';
  /** Since when it is so. */
  since: Date;
  /** What went wrong last; null while it is well. */
  reason: string | null;
}

/** How the parts of the hub are, as they themselves found last. */
@Injectable()
export class Health {
  readonly #parts = new Map<string, PartHealth>();

  /** @param reason what is wrong; left out: nothing is */
  tell(part: string, reason?: string): void {
    const status = reason === undefined ? 'ok' : 'failing';
    const before = this.#parts.get(part);
    const since = before?.status === status ? before.since : new Date();
    this.#parts.set(part, { status, since, reason: reason ?? null });
  }

  /** undefined for a part that has not been looked at yet. */
  of(part: string): PartHealth | undefined {
    return this.#parts.get(part);
  }

  /** Every part whose name begins so, by the rest of its name. */
  below(prefix: string): Record<string, PartHealth> {
    const found = [...this.#parts].filter(([part]) => part.startsWith(prefix));
    return Object.fromEntries(found.map(([part, health]) => [part.slice(prefix.length), health]));
  }
}
