import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Inject, Injectable } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';

const STATIC_DIR = fileURLToPath(new URL('./static', import.meta.url));
/** What Vite makes of apps/admin. */
const ADMIN_DIR = fileURLToPath(new URL('../../../admin/built', import.meta.url));
/** Its files have a hash in their names. */
const NAMED_BY_CONTENT = /^admin\/assets\//;
const DEFAULT_LOGO = 'img/elara.svg';
const compress = promisify(gzip);
const { resolve } = createRequire(import.meta.url);

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
};

export interface StaticFile {
  content: Buffer;
  type: string;
  /** Changes when the content does. */
  hash: string;
  /** It never changes under its name. */
  permanent: boolean;
  /** The content under gzip; absent for images that are compressed already. */
  gzipped?: () => Promise<Buffer>;
}

/**
 * The files below `/hub/static/` and the logo. Names are looked up in a list made at start, so that no request, however it
 * spells its path, reaches any other file.
 */
@Injectable()
export class StaticFiles {
  readonly #paths = listFiles();
  readonly #loaded = new Map<string, StaticFile>();

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
  ) {}

  /** @param name path below `static/`, decoded; undefined is returned when there is no such file. */
  find(name: string): StaticFile | undefined {
    const file = this.#paths.get(name);
    return file === undefined ? undefined : this.#load(file, NAMED_BY_CONTENT.test(name));
  }

  /** The operator's `logo_file`, or the built-in one. Throws the file system's error when it cannot be read. */
  logo(): StaticFile {
    return this.#load(this.config.JupyterHub.logo_file || this.#paths.get(DEFAULT_LOGO)!);
  }

  /** Address of a static file, with its hash, so that browsers may keep it; a name that is not there gets none. */
  url(name: string): string {
    const hash = this.find(name)?.hash;
    return `${this.urls.hubPrefix}static/${name}${hash && !NAMED_BY_CONTENT.test(name) ? `?v=${hash}` : ''}`;
  }

  #load(file: string, permanent = false): StaticFile {
    const known = this.#loaded.get(file);
    if (known) return known;
    const loaded = { ...read(file), permanent };
    this.#loaded.set(file, loaded);
    return loaded;
  }
}

function listFiles(): ReadonlyMap<string, string> {
  return new Map([
    ...filesBelow(STATIC_DIR, ''),
    // a hub that runs from its sources has none
    ...(existsSync(ADMIN_DIR) ? filesBelow(ADMIN_DIR, 'admin/') : []),
    ['bootstrap/bootstrap.min.css', resolve('bootstrap/dist/css/bootstrap.min.css')],
    ['bootstrap/bootstrap.bundle.min.js', resolve('bootstrap/dist/js/bootstrap.bundle.min.js')],
  ]);
}

function filesBelow(folder: string, prefix: string): [name: string, file: string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [prefix + path.relative(folder, file).split(path.sep).join('/'), file]);
}

function read(file: string): Omit<StaticFile, 'permanent'> {
  const content = readFileSync(file);
  const type = TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  let gzipped: Promise<Buffer> | undefined;
  const isText = type.startsWith('text/') || type === 'image/svg+xml';
  return { content, type, hash, ...(isText && { gzipped: () => (gzipped ??= compress(content)) }) };
}
