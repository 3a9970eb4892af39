import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, until } from './hub.js';

const SERVER = '/usr/sbin/mariadbd';
/** What Debian's configuration has; without it the server would speak Latin-1. */
const CHARACTERS = ['--character-set-server=utf8mb4', '--collation-server=utf8mb4_general_ci'];

/** A MariaDB server of the test's own, on loopback, gone after `stop`. */
export class MariaDb {
  #server: ChildProcess | undefined;

  private constructor(
    readonly url: string,
    private readonly dir: string,
    private readonly args: readonly string[],
  ) {}

  static async start(): Promise<MariaDb> {
    if (!existsSync(SERVER)) throw new Error('cannot start MariaDB: because it is not installed; install the package mariadb-server');
    const dir = mkdtempSync(path.join(tmpdir(), 'elara-my-'));
    const port = await freePort();
    const data = path.join(dir, 'data');
    // as root it wants another account
    const account = process.getuid?.() === 0 ? ['--user=mysql'] : [];
    chmodSync(dir, 0o755);
    if (account.length > 0) execFileSync('chown', ['mysql', dir]);
    const quick = ['--innodb-flush-log-at-trx-commit=0', '--innodb-log-file-size=8M', '--innodb-buffer-pool-size=32M', '--skip-name-resolve', '--innodb-flush-method=nosync', '--skip-innodb-doublewrite'];
    const common = ['--no-defaults', `--datadir=${data}`, ...account, ...CHARACTERS, ...quick];
    execFileSync('mariadb-install-db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const where = [`--socket=${dir}/socket`, `--port=${port}`, '--bind-address=127.0.0.1', `--pid-file=${dir}/pid`];
    const mariadb = new MariaDb(`mysql+pymysql://hub:hubpw@127.0.0.1:${port}/hub?charset=utf8mb4`, dir, [...common, ...where]);
    await mariadb.resume();
    mariadb.createDatabase('hub');
    mariadb.#run("CREATE USER hub@'%' IDENTIFIED BY 'hubpw'; GRANT ALL ON *.* TO hub@'%'");
    return mariadb;
  }

  /** @returns where it is */
  createDatabase(name: string): string {
    this.#run(`CREATE DATABASE ${name}`);
    return this.url.replace('/hub?', `/${name}?`);
  }

  restore(name: string, file: string): void {
    execFileSync('mariadb', ['--no-defaults', `--socket=${this.dir}/socket`, '--user=root', name], { input: readFileSync(file), stdio: ['pipe', 'ignore', 'pipe'] });
  }

  /** Ends the server; what it holds stays. */
  async pause(): Promise<void> {
    const server = this.#server!;
    server.kill('SIGTERM');
    await until('MariaDB has ended', () => server.exitCode !== null || server.signalCode !== null, 60_000);
  }

  async resume(): Promise<void> {
    const log = openSync(path.join(this.dir, 'log'), 'a');
    this.#server = spawn(SERVER, this.args, { stdio: ['ignore', log, log] });
    closeSync(log);
    await this.#ready(this.#server);
  }

  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #ready(server: ChildProcess): Promise<void> {
    await until('MariaDB answers', () => {
      if (server.exitCode !== null) throw new Error(`MariaDB ended with status ${server.exitCode}:\n${readFileSync(path.join(this.dir, 'log'), 'utf8').slice(-2000)}`);
      try {
        this.#run('SELECT 1');
        return true;
      } catch {
        return false;
      }
    }, 60_000);
  }

  #run(sql: string): void {
    execFileSync('mariadb', ['--no-defaults', `--socket=${this.dir}/socket`, '--user=root', `--execute=${sql}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
