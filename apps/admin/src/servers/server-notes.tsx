import type { Server } from '#hub-client/client';
import { Ago } from '../ui/ago.js';
import { queueInWords } from './server-state.js';

/** What there is to know of a server at a glance, beside its state. */
export function ServerNotes({ server: { elara } }: { server: Server }) {
  if (!elara) return null;
  return (
    <div className="facts">
      {elara.queue && queueInWords(elara)}
      {elara.failure?.message}
      {elara.cull_warning && (
        <>
          {elara.cull_warning.reason}, to be stopped <Ago at={elara.cull_warning.at} />
        </>
      )}
    </div>
  );
}
