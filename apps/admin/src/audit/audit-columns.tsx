import type { AuditRecord } from '#hub-client/client';
import type { Column } from '../ui/data-table.js';

const LOOKS = { ok: ['ready', 'Done'], denied: ['queued', 'Denied'], failed: ['failed', 'Failed'] } as const;

function Outcome({ record: { outcome, status, reason } }: { record: AuditRecord }) {
  const [look, words] = LOOKS[outcome];
  return (
    <>
      <span className={`state state-${look}`}>{words}</span> <span className="muted">{status}</span>
      {reason && <div className="facts">{reason}</div>}
    </>
  );
}

function Actor({ record: { actor, on_behalf_of } }: { record: AuditRecord }) {
  return (
    <>
      {actor.name || actor.kind} {actor.name && actor.kind !== 'user' && <span className="muted">({actor.kind})</span>}
      {on_behalf_of && <div className="facts">for {on_behalf_of}</div>}
    </>
  );
}

export const AUDIT_COLUMNS: Column<AuditRecord>[] = [
  { id: 'time', header: 'When', cell: ({ row: { original: { time } } }) => <time dateTime={time}>{new Date(time).toLocaleString()}</time> },
  { id: 'actor', header: 'Who', meta: { className: 'note-col' }, cell: ({ row }) => <Actor record={row.original} /> },
  {
    id: 'action',
    header: 'Did what',
    cell: ({ row: { original: { action, method, route } } }) => <code title={`${method} ${route}`}>{action}</code>,
  },
  { id: 'target', header: 'To', cell: ({ row: { original: { target } } }) => target && `${target.kind} ${target.name}` },
  { id: 'outcome', header: 'Outcome', cell: ({ row }) => <Outcome record={row.original} /> },
  { id: 'via', header: 'By', cell: ({ row }) => row.original.via },
  { id: 'address', header: 'From', cell: ({ row }) => row.original.address },
];
