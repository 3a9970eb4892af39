import type { ServerExtension } from '#hub-client/client';

/** Why the last start of a server failed, and what to do. */
export function FailureReport({ failure }: { failure: ServerExtension['failure'] }) {
  if (!failure) return null;
  return (
    <div className="notice notice-danger">
      <strong>{failure.message}</strong>
      <p className="facts">
        <code>{failure.code}</code> {failure.detail}
      </p>
      {failure.hint && <p>{failure.hint}</p>}
      {failure.log.length > 0 && (
        <details className="log">
          <summary>The last lines that it printed</summary>
          <pre tabIndex={0}>{failure.log.join('\n')}</pre>
        </details>
      )}
    </div>
  );
}
