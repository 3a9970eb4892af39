import type { User } from '#hub-client/client';
import { useState } from 'react';
import { hub } from '../hub/hub.js';
import { canStart, canStop, stateOf } from '../servers/server-state.js';
import { ActionButton } from '../ui/action-button.js';
import { EditUser } from './edit-user.js';

/** What is done most, on the line of a user. */
export function UserActions({ user }: { user: User }) {
  const [edits, setEdits] = useState(false);
  const state = stateOf(user.servers?.['']);
  const about = `of ${user.name}`;
  return (
    <div className="row-actions">
      {canStart(state) && <ActionButton label="Start" about={`the server ${about}`} done={`The server ${about} is starting`} run={() => hub.startServer(user.name)} />}
      {canStop(state) && <ActionButton label="Stop" about={`the server ${about}`} done={`The server ${about} is stopping`} run={() => hub.stopServer(user.name)} />}
      <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setEdits(true)}>
        Edit<span className="visually-hidden"> {user.name}</span>
      </button>
      {edits && <EditUser user={user} onClose={() => setEdits(false)} />}
    </div>
  );
}
