import { describe, expect, it } from 'vitest';
import { FailureBudgets } from './failure-budgets.js';

const RULE = { size: 3, seconds: 60 };

describe('FailureBudgets', () => {
  it('allows so many at once, then one after another', () => {
    const budgets = new FailureBudgets(10);
    expect([1, 2, 3, 4].map(() => budgets.take('ada', RULE, 0))).toEqual([0, 0, 0, 20]);
    expect(budgets.take('ada', RULE, 15_000)).toBe(5);
    expect(budgets.take('ada', RULE, 20_000)).toBe(0);
    expect(budgets.take('ada', RULE, 20_000)).toBe(20);
    expect([1, 2, 3, 4].map(() => budgets.take('ada', RULE, 500_000))).toEqual([0, 0, 0, 20]);
  });

  it('knows the keys apart', () => {
    const budgets = new FailureBudgets(10);
    for (let tried = 0; tried < 3; tried += 1) budgets.take('ada', RULE, 0);
    expect(budgets.take('ada', RULE, 0)).toBeGreaterThan(0);
    expect(budgets.take('bob', RULE, 0)).toBe(0);
  });

  it('does not count what was given back', () => {
    const budgets = new FailureBudgets(10);
    for (let tried = 0; tried < 50; tried += 1) {
      expect(budgets.take('ada', RULE, 0)).toBe(0);
      budgets.giveBack('ada');
    }
  });

  it('goes by a rule that has changed', () => {
    const budgets = new FailureBudgets(10);
    for (let tried = 0; tried < 3; tried += 1) budgets.take('ada', RULE, 0);
    expect(budgets.take('ada', { size: 1, seconds: 10 }, 10_000)).toBe(0);
  });

  it('forgets the oldest beyond its size', () => {
    const budgets = new FailureBudgets(100);
    for (let number = 0; number < 10_000; number += 1) budgets.take(`name${number}`, RULE, number);
    expect(budgets.keys).toBe(100);
  });
});
