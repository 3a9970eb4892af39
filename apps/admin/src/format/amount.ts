const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** "12", "0.5", "50,000". */
export const amount = (value: number): string => number.format(value);

/** Bytes in the unit that fits: "512 B", "96.4 MB", "1.2 GB". */
export function bytesInWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${amount(bytes / 1000 ** step)} ${units[step]}`;
}
