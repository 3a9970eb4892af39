import type { Server } from '#hub-client/client';
import { hub, may } from '../hub/hub.js';
import { ActionButton } from '../ui/action-button.js';
import { ConfirmButton } from '../ui/confirm-button.js';
import { canStart, canStop, stateOf } from './server-state.js';

interface ServerActionsProps {
  user: string;
  server: string;
  /** Undefined: nobody ever started it. */
  model: Server | undefined;
  /** Also what is done more rarely. */
  all?: boolean;
  onDeleted?: () => void;
}

/** How a server is called in sentences. */
export const serverName = (user: string, server: string): string => (server ? `the server ${server} of ${user}` : `the server of ${user}`);

const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);

/** Start, stop, open and delete, as far as each makes sense now. */
export function ServerActions({ user, server, model, all = false, onDeleted }: ServerActionsProps) {
  const state = stateOf(model);
  const name = serverName(user, server);
  return (
    <>
      {all && state === 'ready' && may('access:servers', { user }) && (
        <a className="btn btn-sm btn-primary" href={model?.url} target="_blank" rel="noopener">
          Open<span className="visually-hidden"> {name} in a new tab</span>
        </a>
      )}
      {canStart(state) && may('start:servers', { user }) && <ActionButton label="Start" about={name} done={`${capital(name)} is started`} run={() => hub.startServer(user, server)} />}
      {canStop(state) && may('delete:servers', { user }) && (
        <ConfirmButton
          label="Stop"
          about={name}
          title={`Stop ${name}?`}
          done={`${capital(name)} is stopped`}
          run={() => hub.stopServer(user, server)}
          look="btn-outline-secondary"
        >
          What runs in it ends, and what was not saved is lost. Files stay.
        </ConfirmButton>
      )}
      {all && server !== '' && may('delete:servers', { user }) && (
        <ConfirmButton
          label="Delete"
          about={name}
          title={`Delete ${name}?`}
          done={`${capital(name)} is deleted`}
          run={() => hub.stopServer(user, server, { remove: true })}
          onDone={onDeleted}
        >
          It is stopped and forgotten, with its options and shares. This cannot be undone.
        </ConfirmButton>
      )}
    </>
  );
}
