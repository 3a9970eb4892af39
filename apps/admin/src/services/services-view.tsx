import { useQuery } from '@tanstack/react-query';
import type { Service } from '#hub-client/client';
import { hub } from '../hub/hub.js';
import { Link } from '../routing/router.js';
import { Ago } from '../ui/ago.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { ServiceActions } from './service-actions.js';
import { HealthBadge, ServiceBadge } from './service-badges.js';
import { exitInWords, inOrder } from './service-state.js';

const COLUMNS: Column<Service>[] = [
  { id: 'name', header: 'Name', meta: { className: 'note-col' }, cell: ({ row }) => <Link to={{ view: 'service', service: row.original.name }}>{row.original.name}</Link> },
  {
    id: 'state',
    header: 'State',
    cell: ({ row }) => (
      <span className="badges">
        <ServiceBadge run={row.original.elara} /> <HealthBadge run={row.original.elara} />
      </span>
    ),
  },
  { id: 'since', header: 'Since', cell: ({ row }) => row.original.elara && <Ago at={row.original.elara.since} /> },
  { id: 'restarts', header: 'Restarts', cell: ({ row }) => row.original.elara?.restarts },
  { id: 'exit', header: 'Last end', cell: ({ row }) => exitInWords(row.original.elara?.exit ?? null) || null },
  { id: 'next', header: 'Next start', cell: ({ row }) => row.original.elara?.next_start && <Ago at={row.original.elara.next_start} /> },
  {
    id: 'actions',
    header: '',
    meta: { className: 'action-col' },
    cell: ({ row }) => (
      <div className="row-actions">
        <ServiceActions service={row.original} />
      </div>
    ),
  },
];

/** All services, those in need of somebody first. */
export function ServicesView() {
  const query = useQuery({ queryKey: ['services'], queryFn: async ({ signal }) => inOrder(await hub.services({ signal })) });
  return (
    <>
      <Heading title="Services" />
      <Loaded query={query}>{(services) => <DataTable caption="Services" columns={COLUMNS} rows={services} idOf={({ name }) => name} empty="There are no services." />}</Loaded>
    </>
  );
}
