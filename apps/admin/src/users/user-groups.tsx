import type { User } from '#hub-client/client';
import { useState } from 'react';
import { namesIn } from '../format/names.js';
import { hub, may } from '../hub/hub.js';
import { Link } from '../routing/router.js';
import { ActionButton } from '../ui/action-button.js';
import { ActionDialog } from '../ui/action-dialog.js';
import { Field } from '../ui/field.js';
import { Section } from '../ui/section.js';

/** The groups of a user. */
export function UserGroups({ user: { name, groups = [] } }: { user: User }) {
  const [adds, setAdds] = useState(false);
  const add = (
    <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setAdds(true)}>
      Add to groups
    </button>
  );
  return (
    <Section title="Groups" actions={may('groups') && add}>
      {groups.length === 0 && <p className="empty">In no group.</p>}
      <ul className="member-list">
        {groups.map((group) => (
          <li key={group}>
            <Link to={{ view: 'group', group }}>{group}</Link>
            {may('groups') && <ActionButton label="Remove" about={`from ${group}`} done={`${name} is no member of ${group} any more`} run={() => hub.removeFromGroup(group, [name])} />}
          </li>
        ))}
      </ul>
      {adds && <AddToGroups user={name} onClose={() => setAdds(false)} />}
    </Section>
  );
}

function AddToGroups({ user, onClose }: { user: string; onClose: () => void }) {
  const [text, setText] = useState('');
  const groups = namesIn(text);
  const run = async () => {
    for (const group of groups) await hub.addToGroup(group, [user]);
  };
  return (
    <ActionDialog title={`Add ${user} to groups`} action="Add" done={`${user} is a member of ${groups.join(', ')}`} run={run} onClose={onClose} disabled={groups.length === 0}>
      <Field label="Groups" hint="Names of groups that exist, parted by spaces or commas.">
        {(ids) => <input {...ids} className="form-control" autoComplete="off" spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
    </ActionDialog>
  );
}
