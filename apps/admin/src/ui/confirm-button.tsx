import { type ReactNode, useState } from 'react';
import { ActionDialog } from './action-dialog.js';

interface ConfirmButtonProps {
  label: string;
  /** For screen readers, when the label needs what it stands beside. */
  about?: string;
  title: string;
  /** What happens, and what cannot be undone. */
  children: ReactNode;
  done: string;
  run: () => Promise<unknown>;
  onDone?: () => void;
  look?: string;
}

/** Does one thing that cannot be undone, after a question. */
export function ConfirmButton({ label, about, title, children, done, run, onDone, look = 'btn-outline-danger' }: ConfirmButtonProps) {
  const [asks, setAsks] = useState(false);
  return (
    <>
      <button type="button" className={`btn btn-sm ${look}`} onClick={() => setAsks(true)}>
        {label}
        {about && <span className="visually-hidden"> {about}</span>}
      </button>
      {asks && (
        <ActionDialog title={title} action={label} danger done={done} run={run} onDone={onDone} onClose={() => setAsks(false)}>
          <p>{children}</p>
        </ActionDialog>
      )}
    </>
  );
}
