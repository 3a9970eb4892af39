import { timeInWords } from '../format/time.js';
import { useNow } from './use-now.js';

/** A moment in words, with the exact time beside it. */
export function Ago({ at, never = 'never' }: { at: string | null | undefined; never?: string }) {
  const now = useNow();
  if (!at) return <span className="muted">{never}</span>;
  const moment = new Date(at);
  return (
    <time dateTime={at} title={moment.toLocaleString()}>
      {timeInWords(moment.getTime(), now)}
    </time>
  );
}
