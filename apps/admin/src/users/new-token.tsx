import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useState } from 'react';
import { namesIn } from '../format/names.js';
import { hub } from '../hub/hub.js';
import { Dialog } from '../ui/dialog.js';
import { Field } from '../ui/field.js';
import { Problem } from '../ui/problem.js';
import { Select } from '../ui/select.js';

const DAY_SECONDS = 86_400;
const LIFETIMES = { '1': 'A day', '7': 'A week', '30': '30 days', '365': 'A year', '': 'As long as the hub allows' } as const;
type Days = keyof typeof LIFETIMES;

/** Makes a token for a user, and shows it once. */
export function NewToken({ user, onClose }: { user: string; onClose: () => void }) {
  const [note, setNote] = useState('');
  const [scopes, setScopes] = useState('');
  const [days, setDays] = useState<Days>('30');
  const queries = useQueryClient();
  const { mutate, data, isPending, error } = useMutation({
    mutationFn: () => hub.createToken(user, { note: note || 'made by an admin', expires_in: days ? Number(days) * DAY_SECONDS : null, ...(scopes.trim() && { scopes: namesIn(scopes) }) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['user', user] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };
  if (data) return <MadeToken secret={data.token} onClose={onClose} />;
  return (
    <Dialog title={`Make a token for ${user}`} busy={isPending} onClose={onClose}>
      <form onSubmit={submit}>
        <Field label="Note">
          {(ids) => <input {...ids} className="form-control" maxLength={255} autoComplete="off" value={note} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        <div className="admin-field">
          <Select label="Good for" value={days} options={LIFETIMES} onChange={setDays} />
        </div>
        <Field label="Scopes" hint="Parted by spaces; left empty, it may do what its owner may.">
          {(ids) => <input {...ids} className="form-control" autoComplete="off" spellCheck={false} value={scopes} onChange={(event) => setScopes(event.target.value)} />}
        </Field>
        <Problem error={error} />
        <div className="form-end">
          <button type="button" className="btn btn-outline-secondary" onClick={onClose} disabled={isPending}>
            Cancel
          </button>
          <button type="submit" className="btn btn-primary" disabled={isPending}>
            {isPending ? 'Make …' : 'Make'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function MadeToken({ secret, onClose }: { secret: string; onClose: () => void }) {
  const [copied, setCopied] = useState('Copy');
  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => setCopied('Copied'),
      () => setCopied('The browser did not allow it'),
    );
  return (
    <Dialog title="The new token" onClose={onClose}>
      <p>It is shown this once. Hand it over by a way that nobody reads along.</p>
      <p className="token-line">
        <code data-token>{secret}</code>
        {navigator.clipboard && (
          <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => void copy()}>
            {copied}
          </button>
        )}
      </p>
      <div className="form-end">
        <button type="button" className="btn btn-primary" onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  );
}
