import { readFileSync } from 'node:fs';

const DEFAULT_PORT = 3306;

export interface MysqlConnection {
  host?: string;
  port?: number;
  socketPath?: string;
  user: string;
  password: string;
  database: string;
  ssl?: { ca?: string; cert?: string; key?: string; rejectUnauthorized: boolean };
}

/**
 * Where and as whom to connect, from `mysql://USER:PASSWORD@HOST:PORT/NAME` with the arguments that PyMySQL knows: `unix_socket`,
 * `ssl_ca`, `ssl_cert`, `ssl_key`, `ssl_verify_cert`. Others (`charset`) say what is done here anyhow.
 */
export function mysqlConnection(url: string): MysqlConnection {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const socketPath = searchParams.get('unix_socket');
  return {
    ...(socketPath ? { socketPath } : { host: hostname || '127.0.0.1', port: Number(port) || DEFAULT_PORT }),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...sslOf(searchParams),
  };
}

/** Who names a certificate authority wants the server to prove itself, unless they say otherwise. */
function sslOf(query: URLSearchParams): Pick<MysqlConnection, 'ssl'> {
  const files = { ca: query.get('ssl_ca'), cert: query.get('ssl_cert'), key: query.get('ssl_key') };
  const given = Object.entries(files).flatMap(([name, file]) => (file ? [[name, readFileSync(file, 'utf8')]] : []));
  if (given.length === 0) return {};
  const rejectUnauthorized = !/^(false|0)$/i.test(query.get('ssl_verify_cert') ?? String(files.ca !== null));
  return { ssl: { ...(Object.fromEntries(given) as object), rejectUnauthorized } };
}
