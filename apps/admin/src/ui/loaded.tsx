import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Problem } from './problem.js';

/** Shows what a query brought. What was there before stays while a later attempt fails, with the reason above it. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { data, error, refetch } = query;
  const problem = <Problem error={error} retry={refetch} />;
  if (data === undefined) return error ? problem : <p className="muted">Loading …</p>;
  return (
    <>
      {problem}
      {children(data)}
    </>
  );
}
