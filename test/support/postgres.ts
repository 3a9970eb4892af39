import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './hub.js';

const VERSIONS = '/usr/lib/postgresql';

/** A PostgreSQL server of the test's own, on loopback, gone after `stop`. */
export class Postgres {
  private constructor(
    readonly url: string,
    private readonly dir: string,
  ) {}

  static async start(): Promise<Postgres> {
    const dir = mkdtempSync(path.join(tmpdir(), 'elara-pg-'));
    const port = await freePort();
    const postgres = new Postgres(`postgresql://hub:hubpw@127.0.0.1:${port}/hub`, dir);
    chmodSync(dir, 0o755);
    const home = path.join(dir, 'home');
    mkdirSync(home);
    const password = path.join(home, 'pw');
    writeFileSync(password, 'hubpw\n');
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'postgres', home]);
    const data = path.join(home, 'data');
    const initdb = ['-D', data, '-A', 'scram-sha-256', '-U', 'hub', `--pwfile=${password}`, '-E', 'UTF8', '--no-locale', '--no-sync'];
    run('initdb', initdb);
    await postgres.resume();
    postgres.createDatabase('hub');
    return postgres;
  }

  /** @returns where it is */
  createDatabase(name: string): string {
    run('createdb', ['-h', '127.0.0.1', '-p', new URL(this.url).port, '-U', 'hub', name]);
    return this.url.replace(/\/hub$/, `/${name}`);
  }

  restore(name: string, file: string): void {
    execFileSync('pg_restore', [`--dbname=${this.url.replace(/\/hub$/, `/${name}`)}`, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** Ends the server; what it holds stays. */
  pause(): Promise<void> {
    run('pg_ctl', ['-D', path.join(this.dir, 'home', 'data'), '-m', 'fast', '-w', 'stop']);
    return Promise.resolve();
  }

  resume(): Promise<void> {
    const home = path.join(this.dir, 'home');
    const settings = `-c listen_addresses=127.0.0.1 -p ${new URL(this.url).port} -k ${home} -c fsync=off`;
    run('pg_ctl', ['-D', path.join(home, 'data'), '-l', path.join(home, 'log'), '-w', '-o', settings, 'start']);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Runs a program of PostgreSQL's, as the account postgres where we are root: it refuses to run as root. */
function run(program: string, args: string[]): void {
  const newest = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort().at(-1) : undefined;
  if (newest === undefined) throw new Error('cannot start PostgreSQL: because it is not installed; install the package postgresql');
  const file = path.join(VERSIONS, newest, 'bin', program);
  const asPostgres = process.getuid?.() === 0 ? ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--init-groups', '--'] : [];
  const [command, ...rest] = [...asPostgres, file, ...args] as [string, ...string[]];
  execFileSync(command, rest, { cwd: tmpdir(), env: { ...process.env, PGPASSWORD: 'hubpw' }, stdio: ['ignore', 'ignore', 'pipe'] });
}
