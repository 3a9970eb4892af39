import { useQuery } from '@tanstack/react-query';
import type { Group } from '#hub-client/client';
import { useState } from 'react';
import { counted } from '../format/count.js';
import { hub, may } from '../hub/hub.js';
import { Link, navigate } from '../routing/router.js';
import { ActionButton } from '../ui/action-button.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { Section } from '../ui/section.js';
import { Words } from '../ui/words.js';
import { AddNames } from './add-names.js';
import { DeleteGroup } from './delete-group.js';
import { EditProperties } from './edit-properties.js';
import { propertiesText } from './properties.js';

/** So many members are shown at first. */
const FIRST = 200;

/** One group: its members, properties and roles. */
export function GroupView({ name }: { name: string }) {
  const query = useQuery({ queryKey: ['groups', 'one', name], queryFn: ({ signal }) => hub.getGroup(name, { signal }) });
  return (
    <>
      <Heading title={name} before={<Link to={{ view: 'groups' }}>Groups</Link>}>
        {query.data && may('delete:groups') && <DeleteGroup group={name} onDone={() => navigate({ view: 'groups' })} />}
      </Heading>
      <Loaded query={query}>
        {(group) => (
          <>
            {group.roles && group.roles.length > 0 && (
              <p>
                Roles: <Words words={group.roles} />
              </p>
            )}
            <Properties group={group} />
            <Members group={group} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Properties({ group }: { group: Group }) {
  const [edits, setEdits] = useState(false);
  const edit = (
    <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setEdits(true)}>
      Edit properties
    </button>
  );
  return (
    <Section title="Properties" actions={may('groups') && edit}>
      <pre className="log-lines panel" tabIndex={0} role="region" aria-label="Properties">
        {propertiesText(group.properties)}
      </pre>
      {edits && <EditProperties group={group} onClose={() => setEdits(false)} />}
    </Section>
  );
}

function Members({ group: { name, users = [] } }: { group: Group }) {
  const [adds, setAdds] = useState(false);
  const [shown, setShown] = useState(FIRST);
  const add = (
    <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setAdds(true)}>
      Add members
    </button>
  );
  return (
    <Section title={counted(users.length, 'member')} actions={may('groups') && add}>
      {users.length === 0 && <p className="empty">Nobody is in this group.</p>}
      <ul className="member-list">
        {users.slice(0, shown).map((user) => (
          <li key={user}>
            <Link to={{ view: 'user', user }}>{user}</Link>
            {may('groups') && <ActionButton label="Remove" about={user} done={`${user} is no member any more`} run={() => hub.removeFromGroup(name, [user])} />}
          </li>
        ))}
      </ul>
      {users.length > shown && (
        <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setShown(shown * 5)}>
          Show more of {counted(users.length, 'member')}
        </button>
      )}
      {adds && <AddNames title={`Add members to ${name}`} what="member" hint="Names of users who exist, parted by spaces, commas or lines." run={(names) => hub.addToGroup(name, names)} onClose={() => setAdds(false)} />}
    </Section>
  );
}
