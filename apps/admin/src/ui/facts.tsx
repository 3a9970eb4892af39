import type { ReactNode } from 'react';

/** What is known of something, each with its name; what is not known is left out. */
export function Facts({ facts }: { facts: Record<string, ReactNode> }) {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false);
  return (
    <dl className="facts-list panel">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
