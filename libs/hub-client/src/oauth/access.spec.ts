import { describe, expect, it } from 'vitest';
import { heldScope } from './access.js';

const SERVER = ['access:servers!server=ana/lab', 'access:servers!user=ana'];
const SERVICE = ['access:services', 'access:services!service=board'];

describe('heldScope', () => {
  it.each<[string[], string[], string | undefined]>([
    [SERVER, ['access:servers!server=ana/lab'], 'access:servers!server=ana/lab'],
    [SERVER, ['access:servers!user=ana'], 'access:servers!server=ana/lab'],
    [SERVER, ['access:servers'], 'access:servers!server=ana/lab'],
    [['access:servers!server=ana/'], ['access:servers!server=ana/'], 'access:servers!server=ana/'],
    [SERVER, ['access:servers!server=ana/other'], undefined],
    [SERVER, ['access:servers!user=an'], undefined],
    [SERVER, ['access:servers!group=g'], undefined],
    [SERVER, ['servers', 'access:services'], undefined],
    [SERVICE, ['access:services!service=board'], 'access:services!service=board'],
    [SERVICE, ['access:services'], 'access:services'],
    [SERVICE, ['access:services!service=other'], undefined],
    [['custom:board:write'], ['custom:board:write', 'some:future!kind=of-filter'], 'custom:board:write'],
    [[], ['access:servers'], undefined],
  ])('of %j, holding %j, is %s', (wanted, held, scope) => {
    expect(heldScope(wanted, held)).toBe(scope);
  });
});
