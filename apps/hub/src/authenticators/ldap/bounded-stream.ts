import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** More than any answer needs; what is longer is no answer. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * ldapts takes the messages of one piece apart by recursion: the small ones that fit in the 64 KiB of a read would overflow the stack,
 * and end the process.
 */
const LARGEST_PIECE = 8 * 1024;

/** An open connection that hands on what comes in small pieces, and breaks off when there is no end to it. */
export class BoundedStream extends Duplex {
  // what ldapts asks a connection that was made for it
  readonly connecting = false;
  readonly readyState = 'open';
  #left = MOST_BYTES;

  constructor(private readonly socket: Socket) {
    super();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    // ldapts takes its listeners away when it is done, and what goes wrong afterwards concerns nobody
    this.on('error', () => {});
  }

  #take(chunk: Buffer): void {
    this.#left -= chunk.length;
    if (this.#left < 0) {
      this.destroy(new Error('its answer is too large'));
      return;
    }
    for (let at = 0; at < chunk.length; at += LARGEST_PIECE) this.push(chunk.subarray(at, at + LARGEST_PIECE));
  }

  // everything is handed on as it comes; how much that can be is bounded
  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }
}
