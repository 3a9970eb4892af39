import { useEffect, useState } from 'react';
import { Filter } from './filter.js';

/** Long enough to finish a word. */
const PAUSE_MS = 250;

/** A field for words to look for, which are told when the person pauses. */
export function SearchField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState<string>();
  useEffect(() => {
    if (typed === undefined) return;
    const timer = setTimeout(() => {
      onChange(typed.trim());
      setTyped(undefined);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
    // the parent makes a new function with each render
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [typed]);
  return (
    <Filter label={label}>
      {(id) => (
        <input id={id} type="search" className="form-control" autoComplete="off" spellCheck={false} maxLength={255} value={typed ?? value} onChange={(event) => setTyped(event.target.value)} />
      )}
    </Filter>
  );
}
