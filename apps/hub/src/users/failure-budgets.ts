interface Budget {
  left: number;
  /** Milliseconds of the clock at which `left` was true. */
  at: number;
}

/**
 * How often something may go wrong, for each key: `size` times at once, and as often again in `seconds`. What was not touched for the
 * longest time is forgotten first, so that no number of keys fills the memory.
 */
export class FailureBudgets {
  readonly #budgets = new Map<string, Budget>();

  constructor(private readonly mostKeys: number) {}

  /**
   * Takes one, before it is known whether it goes wrong, so that many at the same time are counted too.
   * @param now milliseconds
   * @returns 0, or after how many seconds there is one to take again
   */
  take(key: string, { size, seconds }: { size: number; seconds: number }, now: number): number {
    const perMs = size / (seconds * 1000);
    const { left, at } = this.#budgets.get(key) ?? { left: size, at: now };
    const present = Math.min(size, left + (now - at) * perMs);
    this.#keep(key, { left: present >= 1 ? present - 1 : present, at: now });
    return present >= 1 ? 0 : Math.ceil((1 - present) / perMs / 1000);
  }

  /** It did not go wrong after all. */
  giveBack(key: string): void {
    const budget = this.#budgets.get(key);
    if (budget) budget.left += 1;
  }

  get keys(): number {
    return this.#budgets.size;
  }

  #keep(key: string, budget: Budget): void {
    this.#budgets.delete(key);
    this.#budgets.set(key, budget);
    if (this.#budgets.size > this.mostKeys) this.#budgets.delete(this.#budgets.keys().next().value!);
  }
}
