import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useAnnounce } from './announcer.js';

interface ActionButtonProps {
  label: string;
  /** For screen readers, when the label needs what it stands beside. */
  about?: string;
  /** What is told once it is done. */
  done: string;
  run: () => Promise<unknown>;
  look?: string;
}

/** Does one thing that can be undone. What goes wrong is told beside it. */
export function ActionButton({ label, about, done, run, look = 'btn-outline-secondary' }: ActionButtonProps) {
  const queries = useQueryClient();
  const announce = useAnnounce();
  const finish = () => {
    announce(done);
    return queries.invalidateQueries();
  };
  const { mutate, isPending, error } = useMutation({ mutationFn: run, onSuccess: finish });
  return (
    <>
      <button type="button" className={`btn btn-sm ${look}`} disabled={isPending} onClick={() => mutate()}>
        {isPending ? `${label} …` : label}
        {about && <span className="visually-hidden"> {about}</span>}
      </button>
      {error && (
        <span className="action-problem" role="alert">
          {error.message}
        </span>
      )}
    </>
  );
}
