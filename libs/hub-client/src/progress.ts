import type { ProgressEvent } from './models.js';

/** An event of this size is no event. */
const MAX_EVENT_CHARS = 1_000_000;

/** Reads the hub's event stream: `data: JSON` blocks parted by empty lines, empty blocks being keep-alives. */
export async function* progressEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ProgressEvent, void, undefined> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of chunks) {
    pending += decoder.decode(chunk, { stream: true });
    const blocks = pending.split('\n\n');
    pending = blocks.pop() ?? '';
    if (pending.length > MAX_EVENT_CHARS) throw new RangeError('cannot read progress: because an event is too long');
    for (const block of blocks) {
      const data = block.trim();
      if (data.startsWith('data:')) yield JSON.parse(data.slice('data:'.length)) as ProgressEvent;
    }
  }
}
