import type { HubHealth, PartHealth } from '#hub-client/client';
import { Ago } from '../ui/ago.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Section } from '../ui/section.js';

interface Part extends PartHealth {
  name: string;
  kind: string;
}

const LOOKS = { ok: ['ready', 'Well'], failing: ['failed', 'Failing'], unknown: ['stopped', 'Not known'] } as const;

function Status({ status }: { status: PartHealth['status'] }) {
  const [look, words] = LOOKS[status];
  return <span className={`state state-${look}`}>{words}</span>;
}

const COLUMNS: Column<Part>[] = [
  { id: 'name', header: 'Part', meta: { className: 'note-col' }, cell: ({ row }) => row.original.name },
  { id: 'kind', header: 'What it is', cell: ({ row }) => row.original.kind },
  { id: 'status', header: 'State', cell: ({ row }) => <Status status={row.original.status} /> },
  { id: 'since', header: 'Since', cell: ({ row }) => row.original.since && <Ago at={row.original.since} /> },
  { id: 'reason', header: 'What is wrong', cell: ({ row }) => row.original.reason },
];

const partsOf = (kind: string, parts: Record<string, PartHealth>): Part[] => Object.entries(parts).map(([name, health]) => ({ kind, name, ...health }));

/** How each part is, those that fail first. */
export function HealthReport({ health: { database, proxy, services, loops } }: { health: HubHealth }) {
  const parts = [...partsOf('part', { database, proxy }), ...partsOf('service', services), ...partsOf('loop', loops)];
  const rank = ({ status }: Part) => (status === 'failing' ? 0 : 1);
  const failing = parts.filter(({ status }) => status === 'failing').length;
  return (
    <Section title="How each part is">
      <p role="status">{failing === 0 ? 'Nothing is failing.' : `${failing} of ${parts.length} parts fail.`}</p>
      <DataTable caption="Parts of the hub" columns={COLUMNS} rows={parts.sort((a, b) => rank(a) - rank(b))} idOf={({ kind, name }) => `${kind} ${name}`} empty="" />
    </Section>
  );
}
