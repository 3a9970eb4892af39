// Prints what to write into passwords.json for a password, which it reads from standard input.
import { randomBytes, scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';

const password = readFileSync(0, 'utf8').replace(/\r?\n$/, '');
const salt = randomBytes(16);
process.stdout.write(`${salt.toString('hex')}:${scryptSync(password, salt, 32).toString('hex')}\n`);
