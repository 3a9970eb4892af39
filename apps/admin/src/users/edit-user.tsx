import type { User } from '#hub-client/client';
import { useState } from 'react';
import { hub } from '../hub/hub.js';
import { ActionDialog } from '../ui/action-dialog.js';
import { Check, Field } from '../ui/field.js';

interface EditUserProps {
  user: User;
  onClose: () => void;
  /** The name may be another one now. */
  onDone?: (name: string) => void;
}

/** Renames a user, or makes them an admin. Only what differs is sent: another admin may change the rest at the same time. */
export function EditUser({ user, onClose, onDone }: EditUserProps) {
  const [name, setName] = useState(user.name);
  const [admin, setAdmin] = useState(user.admin ?? false);
  const changes = { ...(name !== user.name && { name }), ...(admin !== user.admin && { admin }) };
  return (
    <ActionDialog
      title={`Edit ${user.name}`}
      action="Save"
      done={`${name} saved`}
      run={() => hub.modifyUser(user.name, changes)}
      onDone={() => onDone?.(name)}
      onClose={onClose}
      disabled={name.trim() === '' || Object.keys(changes).length === 0}
    >
      <Field label="Name" hint="Servers, tokens, groups and shares stay theirs. The login of your institution may still send the old name.">
        {(ids) => <input {...ids} className="form-control" autoComplete="off" spellCheck={false} maxLength={255} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Check label="They are an admin" checked={admin} onChange={setAdmin} />
    </ActionDialog>
  );
}
