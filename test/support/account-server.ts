import { chmodSync, copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './hub.js';

/** What the server `account-server.py` answers. */
export interface Told {
  pid: number;
  child: number | null;
  session: number;
  uid: number[];
  gid: number[];
  groups: number[];
  cwd: string;
  args: string[];
  env: Record<string, string>;
}

/** A folder that every account can enter, with that program under a name of choice; Python's, since Node may be where others cannot go. */
export function openFolder(name = 'account-server.py'): { folder: string; program: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'elara-accounts-'));
  chmodSync(folder, 0o755);
  copyFileSync(path.join(root, 'test', 'support', 'account-server.py'), path.join(folder, name));
  return { folder, program: path.join(folder, name) };
}
