import { useLayoutEffect, useRef, useState } from 'react';
import { Check } from '../ui/field.js';
import { Problem } from '../ui/problem.js';
import { Section } from '../ui/section.js';
import { type LogSource, useLog } from './use-log.js';

/** Nearer than this to the end, in pixels, a reader is taken along with new lines. */
const NEAR_PX = 40;

interface LogViewProps {
  source: LogSource;
  /** Another one is another source. */
  id: string;
}

/** What something prints. Who scrolls up is left there, however much comes. */
export function LogView({ source, id }: LogViewProps) {
  const [follows, setFollows] = useState(true);
  const { lines, dropped, error } = useLog(source, id, follows);
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  const look = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement) => (atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX);
  return (
    <Section title="Log" actions={<Check label="Follow" checked={follows} onChange={setFollows} />}>
      <Problem error={error} />
      <pre ref={box} className="log-lines panel" tabIndex={0} role="region" aria-label="Log" onScroll={(event) => look(event.currentTarget)}>
        {lines.length === 0 && <span className="muted">Nothing was printed yet.</span>}
        {lines.map((line, index) => (
          <span key={dropped + index}>{`${line}\n`}</span>
        ))}
      </pre>
    </Section>
  );
}
