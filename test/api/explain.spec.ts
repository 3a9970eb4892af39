import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: {
      load_groups: { red: { users: ['ada', 'bob'] } },
      load_roles: [
        { name: 'helper', scopes: ['read:users!group=red'], groups: ['red'] },
        { name: 'lister', scopes: ['list:users'], users: ['cleo'] },
      ],
    },
  });
});
afterAll(() => app.close());

const ask = async (query: string) => (await app.admin('GET', `/explain?${query}`)).json;

describe('explain', () => {
  test('names the role and the group that grant something', async () => {
    expect(await ask('user=ada&scope=read:users&on=user:bob')).toMatchObject({
      allowed: true,
      reasons: [{ role: 'helper', group: 'red', scope: 'read:users!group=red' }],
      text: 'user ada has read:users on user bob: by the role helper of the group red (read:users!group=red)',
    });
    expect(await ask('user=ada&scope=read:users&on=user:ada')).toMatchObject({ allowed: true, reasons: [{ role: 'user', scope: 'self' }, { role: 'helper' }] });
  });

  test('says what is held instead when something is refused', async () => {
    const answer = await ask('user=ada&scope=read:users&on=user:cleo');
    expect(answer).toMatchObject({ allowed: false, reasons: [], held: ['read:users!group=red', 'read:users!user=ada'] });
    expect(answer.text).toContain('held only as read:users!group=red, read:users!user=ada');
    expect(await ask('user=cleo&scope=shutdown')).toMatchObject({ allowed: false, text: 'user cleo lacks shutdown without a filter: no role and no share grants it' });
  });

  test('tells a token that is narrower than its owner', async () => {
    const { id } = (await app.admin('POST', '/users/cleo/tokens', { scopes: ['read:users:name!user'] })).json;
    const answer = await ask(`token=${id}&scope=list:users`);
    expect(answer).toMatchObject({ allowed: false, token_scopes: ['read:users:name!user'], reasons: [{ role: 'lister' }] });
    expect(answer.text).toContain('but not to a token with the scopes read:users:name!user');
  });

  test('names the share that grants something, given directly or to a group', async () => {
    expect((await app.admin('PUT', '/users/cleo/servers/lab')).status).toBe(201);
    const question = (user: string) => `user=${user}&scope=access:servers&on=server:cleo/lab`;
    expect(await ask(question('ada'))).toMatchObject({ allowed: false, reasons: [] });
    await app.admin('POST', '/shares/cleo/lab', { group: 'red' });
    const byGroup = { role: null, share: 'cleo/lab', group: 'red', scope: 'access:servers!server=cleo/lab' };
    expect(await ask(question('ada'))).toMatchObject({
      allowed: true,
      reasons: [byGroup],
      text: 'user ada has access:servers on server cleo/lab: by the share of the server cleo/lab with the group red (access:servers!server=cleo/lab)',
    });
    await app.admin('POST', '/shares/cleo/lab', { user: 'ada' });
    expect((await ask(question('ada'))).reasons).toEqual([byGroup, { ...byGroup, group: null }]);
    expect((await ask(question('cleo'))).reasons).toEqual([{ role: 'user', share: null, group: null, scope: 'self' }]);
  });

  test('agrees with what the guard does', async () => {
    const { token } = (await app.admin('POST', '/users/ada/tokens')).json;
    for (const target of ['ada', 'bob', 'cleo']) {
      const { allowed } = await ask(`user=ada&scope=read:users&on=user:${target}`);
      const { json } = await app.request({ path: `/hub/api/users/${target}`, token });
      expect([target, 'created' in json]).toEqual([target, allowed]);
    }
  });

  test.each([
    ['scope=read:users', 400],
    ['user=ada', 400],
    ['user=ada&scope=nonsense', 400],
    ['user=ada&service=x&scope=read:users', 400],
    ['token=7&scope=read:users', 400],
    ['user=ada&scope=read:users&on=bob', 400],
    ['user=ada&scope=read:servers&on=server:bob', 400],
    ['user=nobody&scope=read:users', 404],
    ['token=a9999&scope=read:users', 404],
    ['culled=nobody/lab', 404],
    ['culled=ada/lab', 404],
    ['culled=/lab', 400],
    ['culled=', 400],
    ['culled=ada/&scope=read:users', 400],
    ['culled=ada&culled=bob', 400],
  ])('%s is answered with %i', async (query, status) => {
    expect((await app.admin('GET', `/explain?${query}`)).status).toBe(status);
  });

  test('is for admins', async () => {
    const { token } = (await app.admin('POST', '/users/ada/tokens')).json;
    expect((await app.request({ path: '/hub/api/explain?user=ada&scope=read:users', token })).status).toBe(403);
  });
});
