import { Filter } from '../ui/filter.js';
import { SearchField } from '../ui/search-field.js';
import { Select } from '../ui/select.js';
import type { AuditFilter } from './audit-request.js';

const OUTCOMES = { '': 'Everything', ok: 'What was done', denied: 'What was denied', failed: 'What failed' } as const;

interface AuditFiltersProps {
  filter: AuditFilter;
  ask: (changes: Partial<AuditFilter>) => void;
}

export function AuditFilters({ filter, ask }: AuditFiltersProps) {
  return (
    <div className="filters audit-filters" role="search" aria-label="Audit">
      <SearchField label="Who" value={filter.actor} onChange={(actor) => ask({ actor })} />
      <SearchField label="Did what, as in server.start" value={filter.action} onChange={(action) => ask({ action })} />
      <SearchField label="To whom, as in server:ada/lab" value={filter.target} onChange={(target) => ask({ target })} />
      <Select label="Show" value={filter.outcome} options={OUTCOMES} onChange={(outcome) => ask({ outcome })} />
      <Moment label="From" value={filter.since} onChange={(since) => ask({ since })} />
      <Moment label="Until" value={filter.until} onChange={(until) => ask({ until })} />
    </div>
  );
}

function Moment({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <Filter label={label}>
      {(id) => <input id={id} type="datetime-local" className="form-control" value={value} onChange={(event) => onChange(event.target.value)} />}
    </Filter>
  );
}
