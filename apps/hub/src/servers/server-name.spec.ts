import { describe, expect, test } from 'vitest';
import { checkedDisplayName, isValidServerName, type NamedServerRules, requireNamedServers, requireNewServerName, requireStartableName } from './server-name.js';

const rules: NamedServerRules = { allow_named_servers: true, allow_existing_invalid_named_servers: 'allow-start' };

test.each(['a', 'lab', 'lab-2', 'a-b-c', 'x'.repeat(30)])('%s is a valid name', (name) => expect(isValidServerName(name)).toBe(true));
test.each(['', '1a', '-a', 'a-', 'a--b', 'A', 'a b', 'a/b', '..', 'labör', 'a_b', 'x'.repeat(31), 'a\n'])('%j is none', (name) =>
  expect(isValidServerName(name)).toBe(false),
);

describe('named servers', () => {
  test('can be off', () => {
    const off = { ...rules, allow_named_servers: false };
    expect(() => requireNamedServers('lab', off)).toThrow('Named servers are not enabled.');
    expect(() => requireNamedServers('', off)).not.toThrow();
  });

  test('are limited, whatever their name', () => {
    expect(() => requireNewServerName('ann', 'lab', 2, 3)).not.toThrow();
    expect(() => requireNewServerName('ann', 'lab', 3, 3)).toThrow(
      'User ann already has the maximum of 3 named servers.  One must be deleted before a new server can be created',
    );
  });

  test('have names by the rule', () => {
    expect(() => requireNewServerName('ann', 'a/b', 0, 0)).toThrow("Invalid server_name (may not contain '/'): a/b");
    expect(() => requireNewServerName('ann', 'LAB', 0, 0)).toThrow("Invalid server_name: 'LAB'");
  });

  test('from before the rule start, unless the operator says otherwise', () => {
    expect(() => requireStartableName('Old Lab', rules)).not.toThrow();
    expect(() => requireStartableName('Old Lab', { ...rules, allow_existing_invalid_named_servers: 'allow-delete' })).toThrow('is disabled');
    expect(() => requireStartableName('', { ...rules, allow_existing_invalid_named_servers: 'allow-delete' })).not.toThrow();
  });
});

describe('display names', () => {
  test.each(['A', 'My lab, 2nd try!', 'Ünï – 李', 'x'.repeat(255)])('%s is fine', (name) => expect(checkedDisplayName(name)).toBe(name));
  test('are composed', () => expect(checkedDisplayName('u\u0308')).toBe('ü'));
  test.each(['', ' a', 'a ', 'a  b', 'a\tb', 'a\u200bb', 'x'.repeat(256)])('%j is refused', (name) => {
    expect(() => checkedDisplayName(name)).toThrow(`Invalid display_name: '${name}'`);
  });
});
