import { HubApiError, HubUnreachableError } from '#hub-client/client';

function textOf(error: Error): string {
  if (error instanceof HubUnreachableError) return 'The hub cannot be reached right now.';
  if (error instanceof HubApiError && error.status === 403) return `${error.message} (You may have been logged out: load the page again.)`;
  return error.message;
}

/** What went wrong, in the hub's own words, where it happened. */
export function Problem({ error, retry }: { error: Error | null; retry?: () => unknown }) {
  if (!error) return null;
  return (
    <div className="notice notice-danger" role="alert">
      <strong>That did not work</strong> {textOf(error)}{' '}
      {retry && (
        <button type="button" className="btn btn-sm btn-outline-secondary" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
