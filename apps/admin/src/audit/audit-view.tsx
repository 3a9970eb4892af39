import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { hub, pageData } from '../hub/hub.js';
import { replaceSearch, useSearch } from '../routing/router.js';
import { ActionButton } from '../ui/action-button.js';
import { DataTable } from '../ui/data-table.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { AUDIT_COLUMNS } from './audit-columns.js';
import { AuditFilters } from './audit-filters.js';
import { type AuditFilter, auditFilterOf, requestOf, searchOf } from './audit-request.js';
import { saveRecords } from './export.js';

/** The newest page changes by itself; what is older does not. */
const REFRESH_MS = 10_000;

/** Who did what to whom. */
export function AuditView() {
  const search = useSearch();
  const filter = auditFilterOf(search);
  const ask = (changes: Partial<AuditFilter>) => replaceSearch(searchOf({ ...filter, ...changes }));
  return (
    <>
      <Heading title="Audit">
        <ActionButton label="Save as JSON lines" done="All records that fit are saved" run={() => saveRecords(filter)} />
      </Heading>
      <AuditFilters filter={filter} ask={ask} />
      <Records key={search.toString()} filter={filter} />
    </>
  );
}

function Records({ filter }: { filter: AuditFilter }) {
  // where each page that was seen begins; the hub tells where the next one does
  const [seen, setSeen] = useState<(string | undefined)[]>([undefined]);
  const before = seen.at(-1);
  const query = useQuery({
    queryKey: ['audit', filter, before],
    queryFn: ({ signal }) => hub.audit.page({ ...requestOf(filter), ...(before && { before }), limit: pageData.pageSize, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: before === undefined && REFRESH_MS,
  });
  return (
    <Loaded query={query}>
      {({ items, next }) => (
        <>
          <DataTable caption="Audit, the newest first" columns={AUDIT_COLUMNS} rows={items} idOf={({ id }) => String(id)} empty="Nothing of that kind is recorded." />
          {(next || before) && (
            <nav className="pager" aria-label="Pages">
              <button type="button" className="btn btn-sm btn-outline-secondary" disabled={before === undefined} onClick={() => setSeen(seen.slice(0, -1))}>
                Newer
              </button>
              <button type="button" className="btn btn-sm btn-outline-secondary" disabled={next === null} onClick={() => setSeen([...seen, next!])}>
                Older
              </button>
            </nav>
          )}
        </>
      )}
    </Loaded>
  );
}
