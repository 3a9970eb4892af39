import type { User } from '#hub-client/client';
import { useState } from 'react';
import { hub, may, pageData } from '../hub/hub.js';
import { SERVER_COLUMNS } from '../servers/server-columns.js';
import { serverRows } from '../servers/server-rows.js';
import { ServerActions } from '../servers/server-actions.js';
import { ActionDialog } from '../ui/action-dialog.js';
import { DataTable } from '../ui/data-table.js';
import { Field } from '../ui/field.js';
import { Section } from '../ui/section.js';

const COLUMNS = SERVER_COLUMNS.filter(({ id }) => id !== 'user');

/** The servers of a user, running or not. */
export function UserServers({ user }: { user: User }) {
  const [adds, setAdds] = useState(false);
  const isNew = user.servers?.[''] === undefined;
  return (
    <Section
      title="Servers"
      actions={
        <>
          {isNew && <ServerActions user={user.name} server="" model={undefined} />}
          {pageData.namedServers && may('start:servers', { user: user.name, groups: user.groups }) && (
            <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setAdds(true)}>
              Add a server
            </button>
          )}
        </>
      }
    >
      <DataTable caption={`Servers of ${user.name}`} columns={COLUMNS} rows={serverRows([user])} idOf={({ id }) => id} empty="No server was started yet." />
      {adds && <AddServer user={user.name} onClose={() => setAdds(false)} />}
    </Section>
  );
}

function AddServer({ user, onClose }: { user: string; onClose: () => void }) {
  const [name, setName] = useState('');
  return (
    <ActionDialog title={`Add a server for ${user}`} action="Add and start" done={`The server ${name} is started`} run={() => hub.startServer(user, name)} onClose={onClose} disabled={name === ''}>
      <Field label="Name" hint="Small letters, digits and single hyphens; it begins with a letter.">
        {(ids) => <input {...ids} className="form-control" autoComplete="off" spellCheck={false} maxLength={30} value={name} onChange={(event) => setName(event.target.value.trim())} />}
      </Field>
    </ActionDialog>
  );
}
