import { useState } from 'react';
import { counted } from '../format/count.js';
import { namesIn } from '../format/names.js';
import { hub } from '../hub/hub.js';
import { ActionDialog } from '../ui/action-dialog.js';
import { Check, Field } from '../ui/field.js';

/** Makes users, one or many at once. */
export function AddUsers({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [admin, setAdmin] = useState(false);
  const names = namesIn(text);
  const what = counted(names.length, 'user');
  return (
    <ActionDialog
      title="Add users"
      action={names.length > 1 ? `Add ${what}` : 'Add'}
      done={`${what} added`}
      run={() => hub.createUsers(names, { admin })}
      onClose={onClose}
      disabled={names.length === 0}
    >
      <Field label="Names" hint="One or several, parted by spaces, commas or lines. Those who are there already stay as they are.">
        {(ids) => <textarea {...ids} className="form-control" rows={4} autoComplete="off" spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <Check label="They are admins" checked={admin} onChange={setAdmin} />
    </ActionDialog>
  );
}
