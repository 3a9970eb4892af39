import { readFileSync } from 'node:fs';

const HEADER = 32;
const FRAME_HEADER = 24;

/**
 * How many transactions a SQLite database in WAL mode has had since its log began anew: the frames that end one carry the size of the
 * database (sqlite.org/fileformat2.html, section 4.1); those of an earlier round have another salt.
 */
export function committedTransactions(walFile: string): number {
  const wal = readFileSync(walFile);
  const frame = FRAME_HEADER + wal.readUInt32BE(8);
  const salt = wal.subarray(16, 24);
  let commits = 0;
  for (let at = HEADER; at + frame <= wal.length && wal.subarray(at + 8, at + 16).equals(salt); at += frame) {
    if (wal.readUInt32BE(at + 4) !== 0) commits += 1;
  }
  return commits;
}
