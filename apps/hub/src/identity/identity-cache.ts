import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Caller } from './caller.js';

const MAX_ENTRIES = 20_000;

interface Entry {
  caller: Caller;
  version: number;
  expiresAt: number;
}

/**
 * Callers by the digest of their token or cookie. One counter is bumped by every write to users, groups, roles, tokens, services
 * or shares; an entry made before is not used.
 */
@Injectable()
export class IdentityCache {
  #version = 0;
  readonly #entries = new Map<string, Entry>();

  /** Forgets everybody: call it after every write that may change who somebody is or what they may do. */
  bump(): void {
    this.#version += 1;
  }

  /** The current count; read it before loading what will be stored, so that a write in between is not missed. */
  get version(): number {
    return this.#version;
  }

  get(secret: string): Caller | undefined {
    const entry = this.#entries.get(digest(secret));
    return entry && entry.version === this.#version && entry.expiresAt > Date.now() ? entry.caller : undefined;
  }

  /** @param expiresAt ms since the epoch */
  set(secret: string, caller: Caller, version: number, expiresAt = Infinity): void {
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    this.#entries.set(digest(secret), { caller, version, expiresAt });
  }
}

const digest = (secret: string) => createHash('sha256').update(secret).digest('base64');
