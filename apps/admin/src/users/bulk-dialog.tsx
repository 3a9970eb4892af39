import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer, useRef } from 'react';
import { counted } from '../format/count.js';
import { someNames } from '../format/names.js';
import { hub } from '../hub/hub.js';
import { Dialog } from '../ui/dialog.js';
import { bulkReducer, type BulkState, NOTHING_BULK, runBulk } from './bulk.js';

/** Requests at the same time: the hub serves others, too. */
const CONCURRENCY = 5;

export const BULK_ACTIONS = {
  start: { verb: 'Start', past: 'started', what: 'the default servers of', act: (name: string) => hub.startServer(name) },
  stop: { verb: 'Stop', past: 'stopped', what: 'the default servers of', act: (name: string) => hub.stopServer(name) },
  delete: { verb: 'Delete', past: 'deleted', what: '', act: (name: string) => hub.deleteUser(name) },
} as const;

export type BulkAction = keyof typeof BULK_ACTIONS;

interface BulkDialogProps {
  action: BulkAction;
  names: readonly string[];
  /** It was done for these. */
  onDone: (names: readonly string[]) => void;
  onClose: () => void;
}

/** Asks, then does it for one after the other, and tells for whom it failed and why. */
export function BulkDialog({ action, names, onDone, onClose }: BulkDialogProps) {
  const { verb, what, act } = BULK_ACTIONS[action];
  const [state, tell] = useReducer(bulkReducer, NOTHING_BULK);
  const queries = useQueryClient();
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const run = async (whom: readonly string[]) => {
    abort.current = new AbortController();
    await runBulk(whom, act, { concurrency: CONCURRENCY, signal: abort.current.signal, tell });
    await queries.invalidateQueries();
  };
  const close = () => {
    onDone(state.done);
    onClose();
  };
  const title = `${verb} ${what} ${counted(names.length, 'user')}`.replace(/ +/g, ' ');
  const failed = Object.keys(state.failed);
  const asks = state.names.length === 0;
  return (
    <Dialog title={asks ? `${title}?` : title} busy={state.running} onClose={close}>
      {asks ? <p>{someNames(names)}</p> : <BulkProgress state={state} past={BULK_ACTIONS[action].past} />}
      {asks && action === 'delete' && <p className="notice notice-warning">Their servers are stopped, and their tokens and shares are gone. This cannot be undone.</p>}
      <div className="form-end">
        {state.running ? <Button text="Stop after those under way" onClick={() => abort.current?.abort()} /> : <Button text={asks ? 'Cancel' : 'Close'} onClick={close} />}
        {asks && <Button text={verb} look={action === 'delete' ? 'btn-danger' : 'btn-primary'} onClick={() => void run(names)} />}
        {!state.running && failed.length > 0 && <Button text="Try these again" look="btn-primary" onClick={() => void run(failed)} />}
      </div>
    </Dialog>
  );
}

function Button({ text, look = 'btn-outline-secondary', onClick }: { text: string; look?: string; onClick: () => void }) {
  return (
    <button type="button" className={`btn ${look}`} onClick={onClick}>
      {text}
    </button>
  );
}

function BulkProgress({ state, past }: { state: BulkState; past: string }) {
  const failed = Object.entries(state.failed);
  const tried = state.done.length + failed.length;
  const left = state.running ? '' : tried < state.names.length ? `, ${state.names.length - tried} left as they were` : '';
  return (
    <>
      <progress className="bulk-progress" aria-label="Progress" value={tried} max={state.names.length} />
      <p role="status">
        {state.done.length} {past}
        {failed.length > 0 && `, ${failed.length} failed`}
        {left}.
      </p>
      {failed.length > 0 && (
        <ul className="bulk-failures">
          {failed.map(([name, why]) => (
            <li key={name}>
              <strong>{name}</strong>: {why}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
