import { bodyChunks } from './body-chunks.js';

/** An event of this size is no event. */
const MAX_EVENT_CHARS = 1_000_000;

/** Reads an event stream of the hub: `data: JSON` blocks parted by empty lines, empty blocks being keep-alives. */
export async function* streamedEvents<T>(body: ReadableStream<Uint8Array> | null): AsyncGenerator<T, void, undefined> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of bodyChunks(body)) {
    pending += decoder.decode(chunk, { stream: true });
    const blocks = pending.split('\n\n');
    pending = blocks.pop() ?? '';
    if (pending.length > MAX_EVENT_CHARS) throw new RangeError('cannot read the event stream: because an event is too long');
    for (const block of blocks) {
      const data = block.trim();
      if (data.startsWith('data:')) yield JSON.parse(data.slice('data:'.length)) as T;
    }
  }
}
