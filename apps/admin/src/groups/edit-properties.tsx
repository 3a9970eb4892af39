import type { Group } from '#hub-client/client';
import { useState } from 'react';
import { hub } from '../hub/hub.js';
import { ActionDialog } from '../ui/action-dialog.js';
import { Field } from '../ui/field.js';
import { parseProperties, propertiesText } from './properties.js';

/** Changes the properties of a group as JSON, which is checked while it is typed. */
export function EditProperties({ group, onClose }: { group: Group; onClose: () => void }) {
  const [text, setText] = useState(() => propertiesText(group.properties));
  const parsed = parseProperties(text);
  const problem = 'problem' in parsed ? parsed.problem : undefined;
  const run = () => hub.setGroupProperties(group.name, 'properties' in parsed ? parsed.properties : {});
  return (
    <ActionDialog title={`Properties of ${group.name}`} action="Save" done="The properties are saved" run={run} onClose={onClose} disabled={problem !== undefined}>
      <Field label="Properties, as JSON" hint={problem ?? 'They replace all that were there.'}>
        {(ids) => (
          <textarea
            {...ids}
            className={`form-control code-field${problem ? ' is-invalid' : ''}`}
            aria-invalid={problem !== undefined}
            rows={10}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
    </ActionDialog>
  );
}
