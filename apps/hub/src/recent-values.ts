/** Numbers noted since they were last taken, in the order they came; of very many, some are left out evenly. */
export class RecentValues {
  #values: number[] = [];
  /** Every so many-th is kept. */
  #stride = 1;
  #count = 0;
  #max = -Infinity;

  constructor(private readonly most = 2000) {}

  add(value: number): void {
    if (value > this.#max) this.#max = value;
    this.#count += 1;
    if (this.#count % this.#stride !== 0) return;
    this.#values.push(value);
    if (this.#values.length < this.most) return;
    this.#values = this.#values.filter((_, index) => index % 2 === 1);
    this.#stride *= 2;
  }

  /** What was noted, and begins anew. */
  take(): Distribution {
    const taken = new Distribution(this.#values, this.#count, this.#max);
    this.#values = [];
    this.#stride = 1;
    this.#count = 0;
    this.#max = -Infinity;
    return taken;
  }
}

export class Distribution {
  readonly #sorted: number[];

  constructor(
    values: readonly number[],
    readonly count: number,
    private readonly largest: number,
  ) {
    this.#sorted = values.toSorted((a, b) => a - b);
  }

  /** null when there is none. */
  get max(): number | null {
    return this.count > 0 ? this.largest : null;
  }

  /** The smallest value that so much of all is not above, e.g. 0.95; null when there is none. */
  quantile(part: number): number | null {
    return this.#sorted[Math.max(0, Math.ceil(this.#sorted.length * part) - 1)] ?? null;
  }
}
