import { describe, expect, it } from 'vitest';
import type { TokenModel } from '../tokens/token.model.js';
import { clientViews, expiryOptions } from './token-page.js';

const token = (id: string, clientId: string, created: string, last_activity: string | null) =>
  ({ id, clientId, oauth_client: `client ${clientId}`, created, last_activity }) as TokenModel & { clientId: string };

describe('clientViews', () => {
  it('shows each client once, from its first token to its latest use', () => {
    const views = clientViews([
      token('a1', 'one', '2026-01-02T00:00:00Z', null),
      token('a2', 'two', '2026-01-03T00:00:00Z', '2026-01-04T00:00:00Z'),
      token('a3', 'one', '2026-01-01T00:00:00Z', '2026-01-05T00:00:00Z'),
    ]);
    expect(views).toMatchObject([
      { client_id: 'one', description: 'client one', token_id: 'a1', token_count: 2 },
      { client_id: 'two', token_id: 'a2', token_count: 1 },
    ]);
    expect(views[0]!.created!.toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(views[0]!.last_activity!.toISOString()).toBe('2026-01-05T00:00:00.000Z');
  });
});

describe('expiryOptions', () => {
  it('offers no longer life than allowed', () => {
    expect(expiryOptions(0).at(-1)).toEqual({ seconds: '', label: 'Never', selected: true });
    expect(expiryOptions(7200).map(({ seconds }) => seconds)).toEqual([3600, '']);
    expect(expiryOptions(60).map(({ seconds }) => seconds)).toEqual(['']);
  });
});
