import { useState } from 'react';
import { counted } from '../format/count.js';
import { namesIn } from '../format/names.js';
import { ActionDialog } from '../ui/action-dialog.js';
import { Field } from '../ui/field.js';

interface AddNamesProps {
  title: string;
  /** What one of them is called. */
  what: string;
  hint: string;
  run: (names: string[]) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for names, one or many. */
export function AddNames({ title, what, hint, run, onClose }: AddNamesProps) {
  const [text, setText] = useState('');
  const names = namesIn(text);
  return (
    <ActionDialog title={title} action="Add" done={`${counted(names.length, what)} added`} run={() => run(names)} onClose={onClose} disabled={names.length === 0}>
      <Field label="Names" hint={hint}>
        {(ids) => <textarea {...ids} className="form-control" rows={3} autoComplete="off" spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
    </ActionDialog>
  );
}
