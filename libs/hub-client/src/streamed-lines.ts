import { bodyChunks } from './body-chunks.js';

/** Reads JSON lines. A line is never longer than what one record may hold. */
export async function* streamedLines<T>(body: ReadableStream<Uint8Array> | null): AsyncGenerator<T, void, undefined> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of bodyChunks(body)) {
    const lines = (pending + decoder.decode(chunk, { stream: true })).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as T;
  }
  if (pending !== '') throw new SyntaxError('cannot read the lines: because the last one is not whole');
}
