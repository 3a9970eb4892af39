import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { useAnnounce } from './announcer.js';
import { Dialog } from './dialog.js';
import { Problem } from './problem.js';

interface ActionDialogProps {
  title: string;
  /** What the button says; while it runs, "…" is added. */
  action: string;
  danger?: boolean;
  /** What is told once it is done. */
  done: string;
  run: () => Promise<unknown>;
  /** It is done; before the dialog closes. */
  onDone?: () => void;
  onClose: () => void;
  disabled?: boolean;
  children: ReactNode;
}

/** Asks before something is done, or for what it needs. It stays, with all that was typed, until the hub has done it. */
export function ActionDialog({ title, action, danger, done, run, onDone, onClose, disabled, children }: ActionDialogProps) {
  const queries = useQueryClient();
  const announce = useAnnounce();
  const finish = () => {
    announce(done);
    onDone?.();
    onClose();
    // when what it was about is no more, its view has been left by then and is not asked for again
    setTimeout(() => void queries.invalidateQueries());
  };
  const { mutate, isPending, error } = useMutation({ mutationFn: run, onSuccess: finish });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <Dialog title={title} busy={isPending} onClose={onClose}>
      <form onSubmit={submit}>
        {children}
        <Problem error={error} />
        <div className="form-end">
          <button type="button" className="btn btn-outline-secondary" onClick={onClose} disabled={isPending}>
            Cancel
          </button>
          <button type="submit" className={`btn ${danger ? 'btn-danger' : 'btn-primary'}`} disabled={isPending || disabled}>
            {isPending ? `${action} …` : action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
