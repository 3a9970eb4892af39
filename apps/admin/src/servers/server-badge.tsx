import type { Server } from '#hub-client/client';
import { STATE_WORDS, stateOf } from './server-state.js';

export function ServerBadge({ server }: { server: Server | undefined }) {
  const state = stateOf(server);
  return <span className={`state state-${state}`}>{STATE_WORDS[state]}</span>;
}
