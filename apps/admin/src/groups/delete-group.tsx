import { hub } from '../hub/hub.js';
import { ConfirmButton } from '../ui/confirm-button.js';

export function DeleteGroup({ group, onDone }: { group: string; onDone?: () => void }) {
  return (
    <ConfirmButton label="Delete" about={group} title={`Delete the group ${group}?`} done={`The group ${group} is deleted`} run={() => hub.deleteGroup(group)} onDone={onDone}>
      Its members lose what they have through it, and its properties and shares are gone. This cannot be undone.
    </ConfirmButton>
  );
}
