import { lastLines, endOfLines, readAt, readLogEnd } from './log-tail.js';
import { onRotation, type Rotation } from './log-rotation.js';
import { sleep } from './sleep.js';

/** What a log has got since the last look. */
export interface LogNews {
  /** Whole lines; one of more than 64 KiB comes in pieces. */
  lines: string[];
  /** Bytes before these lines that were left out, because the reader was too slow or the log was emptied. */
  skipped?: number;
}

export interface FollowOptions {
  /** How many lines of what is there already come first. */
  tail: number;
  /** Ends it, without an error. */
  signal: AbortSignal;
  /** How often a log that is quiet is looked at. Default 250. */
  pollMs?: number;
  /** A reader that is farther behind skips what is between. Default 1 MiB. */
  maxBehind?: number;
}

const CHUNK_BYTES = 64 * 1024;
const TAIL_BYTES = 1024 * 1024;

/**
 * The last lines of a log and then every further one, across rotations, none torn and none twice. Nothing is read before the
 * reader asks for it, so that a log costs the same memory however fast it grows.
 */
export async function* followLog(path: string, { tail, signal, pollMs = 250, maxBehind = 1024 * 1024 }: FollowOptions): AsyncGenerator<LogNews> {
  const reader = new LogReader(path, maxBehind);
  try {
    yield { lines: await reader.begin(tail) };
    while (!signal.aborted) {
      const news = await reader.next();
      if (news === undefined) await sleep(pollMs, signal).catch(() => undefined);
      else if (news.lines.length > 0) yield news;
    }
  } finally {
    reader.close();
  }
}

/** Where a reader stands in a log. */
class LogReader {
  #position = 0;
  /** The beginning of a line that is not finished. */
  #rest: Buffer = Buffer.alloc(0);
  #skipped = 0;
  /** What comes next is the end of a line that was begun in what was skipped. */
  #inLine = false;
  readonly #rotations: Rotation[] = [];
  readonly close: () => void;

  constructor(
    private readonly path: string,
    private readonly maxBehind: number,
  ) {
    this.close = onRotation(path, (rotation) => this.#rotations.push(rotation));
  }

  async begin(tail: number): Promise<string[]> {
    const { bytes, cut, size } = await this.#readEnd();
    const end = endOfLines(bytes);
    this.#position = size;
    this.#rest = bytes.subarray(end);
    return lastLines({ bytes: bytes.subarray(0, end), cut }, tail);
  }

  /** Undefined when there is nothing new; without lines when there may be more at once. */
  async next(): Promise<LogNews | undefined> {
    const known = this.#rotations.length;
    const [rotation] = this.#rotations;
    if (rotation && (known > 1 || this.#position >= rotation.size)) return this.#leave(rotation);
    if (rotation && this.#position < rotation.keptFrom) this.#skipTo(rotation.keptFrom, rotation.keptFrom === rotation.size);
    const [file, base] = rotation ? [`${this.path}.1`, rotation.keptFrom] : [this.path, 0];
    const { bytes, size } = await readAt(file, this.#position - base, CHUNK_BYTES);
    // rotated meanwhile: nobody knows which file these bytes are of
    if (this.#rotations.length !== known) return { lines: [] };
    const end = base + size;
    if (rotation && bytes.length === 0) return this.#leave(rotation);
    if (end < this.#position) return this.#restart();
    if (end - this.#position > this.maxBehind) return this.#skipTo(end - CHUNK_BYTES, true);
    this.#position += bytes.length;
    return bytes.length > 0 ? this.#take(bytes) : undefined;
  }

  async #readEnd() {
    for (;;) {
      this.#rotations.length = 0;
      const end = await readLogEnd(this.path, TAIL_BYTES);
      if (this.#rotations.length === 0) return end;
    }
  }

  #take(bytes: Buffer): LogNews {
    const text = this.#withoutFragment(this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes);
    const end = text.length > CHUNK_BYTES ? endOfLines(text) || text.length : endOfLines(text);
    this.#rest = Buffer.from(text.subarray(end));
    const news = { lines: lastLines({ bytes: text.subarray(0, end), cut: false }, Infinity), ...(this.#skipped > 0 && { skipped: this.#skipped }) };
    if (news.lines.length > 0) this.#skipped = 0;
    return news;
  }

  /** Goes on with the file that took the place of a rotated one; of several, only the last can still be read. */
  #leave({ size }: Rotation): LogNews {
    if (this.#position < size) this.#skipTo(size, true);
    this.#rotations.shift();
    this.#position -= size;
    return { lines: [] };
  }

  /** Somebody else emptied the file: what was not read yet is gone. */
  #restart(): LogNews {
    this.#skipTo(this.#position, false);
    this.#position = 0;
    return { lines: [] };
  }

  #skipTo(position: number, inLine: boolean): LogNews {
    this.#skipped += position - this.#position + this.#rest.length;
    this.#rest = Buffer.alloc(0);
    this.#position = position;
    this.#inLine = inLine;
    return { lines: [] };
  }

  #withoutFragment(bytes: Buffer): Buffer {
    if (!this.#inLine) return bytes;
    const end = bytes.indexOf('\n') + 1 || bytes.length;
    this.#skipped += end;
    this.#inLine = bytes[end - 1] !== 0x0a;
    return bytes.subarray(end);
  }
}
