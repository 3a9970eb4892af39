import { useState } from 'react';
import { hub } from '../hub/hub.js';
import { ActionDialog } from '../ui/action-dialog.js';
import { Field } from '../ui/field.js';

/** Gives somebody a new password, who has forgotten theirs. */
export function SetPassword({ name, onClose }: { name: string; onClose: () => void }) {
  const [password, setPassword] = useState('');
  return (
    <ActionDialog title={`New password of ${name}`} action="Set" done={`${name} has a new password`} run={() => hub.accounts.setPassword(name, password)} onClose={onClose} disabled={password === ''}>
      <Field label="New password" hint="Tell them in person; they can change it. They are logged out everywhere.">
        {(ids) => <input {...ids} type="password" className="form-control" autoComplete="new-password" maxLength={1024} value={password} onChange={(event) => setPassword(event.target.value)} />}
      </Field>
    </ActionDialog>
  );
}
