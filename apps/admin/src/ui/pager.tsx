import { rangeInWords } from '../format/count.js';

interface PagerProps {
  offset: number;
  limit: number;
  shown: number;
  total: number;
  onMove: (offset: number) => void;
}

/** Leads through the pages of a list. */
export function Pager({ offset, limit, shown, total, onMove }: PagerProps) {
  if (total <= limit && offset === 0) return null;
  const last = Math.max(0, Math.ceil(total / limit) - 1) * limit;
  const button = (text: string, target: number, disabled: boolean) => (
    <button type="button" className="btn btn-sm btn-outline-secondary" disabled={disabled} onClick={() => onMove(target)}>
      {text}
    </button>
  );
  return (
    <nav className="pager" aria-label="Pages">
      {button('First', 0, offset === 0)}
      {button('Previous', Math.max(0, offset - limit), offset === 0)}
      <span className="pager-range" aria-live="polite">
        {rangeInWords(offset, shown, total)}
      </span>
      {button('Next', offset + limit, offset + limit >= total)}
      {button('Last', last, offset >= last)}
    </nav>
  );
}
