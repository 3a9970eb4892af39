const number = new Intl.NumberFormat('en');

/** "1 user", "50,000 users". */
export const counted = (count: number, one: string, many = `${one}s`): string => `${number.format(count)} ${count === 1 ? one : many}`;

/** "1–50 of 50,000"; `offset` counts from 0. */
export function rangeInWords(offset: number, shown: number, total: number): string {
  if (shown === 0) return `0 of ${number.format(total)}`;
  return `${number.format(offset + 1)}–${number.format(offset + shown)} of ${number.format(total)}`;
}
