import type { ServiceRunRow } from '../database/tables.js';

type Result = Pick<ServiceRunRow, 'number' | 'ended' | 'code' | 'signal' | 'error'>;

export const hasFailed = ({ ended, code, error }: Result): boolean => ended !== null && (code !== 0 || error !== null);

/** What became of a run that has ended, in words. */
export function describeRun({ number, code, signal, error }: Result): string {
  const end = error ?? (signal ? `ended by signal ${signal}` : `exited with status ${code}`);
  return `run ${number}: ${end}`;
}
