import type { User } from '#hub-client/client';
import { useState } from 'react';
import { may } from '../hub/hub.js';
import { ServerActions } from '../servers/server-actions.js';
import { EditUser } from './edit-user.js';

/** What is done most, on the line of a user. */
export function UserActions({ user }: { user: User }) {
  return (
    <div className="row-actions">
      <ServerActions user={user.name} server="" model={user.servers?.['']} />
      {may('admin:users', { user: user.name, groups: user.groups }) && <EditUserButton user={user} />}
    </div>
  );
}

export function EditUserButton({ user, onDone }: { user: User; onDone?: (name: string) => void }) {
  const [edits, setEdits] = useState(false);
  return (
    <>
      <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setEdits(true)}>
        Edit<span className="visually-hidden"> {user.name}</span>
      </button>
      {edits && <EditUser user={user} onDone={onDone} onClose={() => setEdits(false)} />}
    </>
  );
}
