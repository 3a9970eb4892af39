import { describe, expect, it } from 'vitest';
import { auditFilterOf, requestOf, searchOf } from './audit-request.js';

const read = (search: string) => auditFilterOf(new URLSearchParams(search));

describe('the filter of the audit', () => {
  it.each(['', 'actor=boss&target=server%3Aada%2Flab&action=server.start&outcome=denied&since=2026-11-20T08%3A00&until=2026-11-20T09%3A30'])('%s is the same after it was read', (search) => {
    expect(searchOf(read(search)).toString()).toBe(search);
  });

  it.each(['outcome=perhaps', 'since=yesterday', 'until=%00'])('leaves out what makes no sense: %s', (search) => {
    expect(searchOf(read(search)).toString()).toBe('');
  });

  it('asks the hub for what is given, with times in UTC', () => {
    expect(requestOf(read(''))).toEqual({});
    const local = '2026-11-20T08:00';
    expect(requestOf(read(`actor=boss&since=${local}`))).toEqual({ actor: 'boss', since: new Date(local).toISOString() });
    expect(requestOf(read(`until=${local}`)).until).toMatch(/Z$/);
  });
});
