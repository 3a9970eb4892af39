import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { counted } from '../format/count.js';
import { hub } from '../hub/hub.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Check } from '../ui/field.js';
import { Loaded } from '../ui/loaded.js';
import { SearchField } from '../ui/search-field.js';
import { Section } from '../ui/section.js';
import { type ConfigRow, configRows } from './config-rows.js';

const COLUMNS: Column<ConfigRow>[] = [
  { id: 'key', header: 'Key', meta: { className: 'note-col' }, cell: ({ row }) => row.original.key },
  { id: 'value', header: 'Value', meta: { className: 'value-col' }, cell: ({ row }) => <code>{row.original.value}</code> },
  { id: 'changed', header: 'From', cell: ({ row }) => (row.original.changed ? 'your config' : <span className="muted">default</span>) },
];

/** The config that the hub runs with; the hub masks what is secret. */
export function ConfigInForceView() {
  const [search, setSearch] = useState('');
  const [changedOnly, setChangedOnly] = useState(true);
  const query = useQuery({ queryKey: ['config'], queryFn: ({ signal }) => hub.operations.config({ signal }), refetchInterval: false });
  return (
    <Section title="Config in force">
      <Loaded query={query}>
        {(config) => {
          const rows = configRows(config, { search, changedOnly });
          return (
            <>
              <div className="filters" role="search" aria-label="Config">
                <SearchField label="Part of a key or value" value={search} onChange={setSearch} />
                <Check label="Only what your config sets" checked={changedOnly} onChange={setChangedOnly} />
                <p className="filters-found" role="status">
                  {counted(rows.length, 'key')}
                </p>
              </div>
              <DataTable caption="Config in force" columns={COLUMNS} rows={rows} idOf={({ key }) => key} empty="No key fits." />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}
