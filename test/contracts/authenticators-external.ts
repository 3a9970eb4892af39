import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuthModel, ExternalLogin } from '../../apps/hub/src/authenticators/authenticator.js';
import type { OAuthAuthenticator } from '../../apps/hub/src/authenticators/oauth/oauth-authenticator.js';
import { LoginRefusedError, UnavailableError } from '../../apps/hub/src/errors.js';
import { visitProvider } from '../support/sign-in.js';
import type { TestProvider } from '../support/openid-provider.js';

export const CALLBACK = 'http://localhost/hub/oauth_callback';

/** One provider, set up so that `ada` is somebody there who may come in, and `zoe` somebody who may not. */
export interface ExternalSubject {
  /** Keys of the config beyond those that are under test. */
  make(traits?: Record<string, unknown>): OAuthAuthenticator;
  provider: TestProvider;
  /** What `ada` is called here. */
  name: string;
  /** Under which name auth_state has what the provider tells of her. */
  userKey: string;
  /** Keys that let `ada` in, and not `zoe`, by a rule of this provider. */
  rule: Record<string, unknown>;
}

/** The whole way of somebody: there, and back. @param unsaid arguments with which this provider does not send back */
export async function signIn(external: ExternalLogin, login: string, unsaid: readonly string[] = []): Promise<AuthModel> {
  const { url, remembered } = await external.begin(CALLBACK);
  const query = new URL(await visitProvider(new URL(url), login), CALLBACK).searchParams;
  for (const name of unsaid) query.delete(name);
  return external.finish(CALLBACK, query, remembered, AbortSignal.timeout(20_000));
}

/** What every driver for logins at another site does, whatever the site. */
export function externalLoginContract(title: string, subject: () => ExternalSubject): void {
  describe(`${title}, as a login elsewhere`, () => {
    let driver: OAuthAuthenticator;
    beforeEach(() => (driver = subject().make({ enable_auth_state: true })));
    afterEach(() => subject().provider.mischief.clear());

    const refreshed = (authState: Record<string, unknown> | null) => driver.refresh({ name: subject().name, authState }, AbortSignal.timeout(20_000));

    test('sends people away with a state that cannot be guessed, protected by PKCE', async () => {
      const [one, other] = [await driver.external.begin(CALLBACK), await driver.external.begin(CALLBACK)];
      const query = new URL(one.url).searchParams;
      expect(Object.fromEntries(query)).toMatchObject({ response_type: 'code', redirect_uri: CALLBACK, state: one.state, code_challenge_method: 'S256' });
      expect(one.state.length).toBeGreaterThan(30);
      expect(one.state).not.toBe(other.state);
      expect(query.get('code_challenge')).not.toBe(one.remembered.verifier);
    });

    test('knows who comes back, and keeps what it was told', async () => {
      const { name, authState } = await signIn(driver.external, 'ada');
      expect(name).toBe(subject().name);
      expect(authState).toMatchObject({ access_token: expect.any(String), scope: expect.any(Array), token_response: expect.any(Object), [subject().userKey]: expect.any(Object) });
    });

    test('lets nobody in by itself', async () => {
      const model = await signIn(subject().make().external, 'ada');
      expect(await subject().make().allows(model)).toBe(false);
    });

    test('lets admins in, and says that they are', async () => {
      const named = subject().make({ admin_users: [subject().name] });
      const model = await signIn(named.external, 'ada');
      expect([await named.allows(model), await named.isAdmin(model)]).toEqual([true, true]);
    });

    test('lets those in whom a rule of its own lets in, and nobody else', async () => {
      const { rule, make } = subject();
      const ruled = make(rule);
      expect(await ruled.allows(await signIn(ruled.external, 'ada'))).toBe(true);
      expect(await ruled.allows(await signIn(ruled.external, 'zoe'))).toBe(false);
    });

    test.each(['code', 'state'])('takes no answer whose %s is another one', async (argument) => {
      const { url, remembered } = await driver.external.begin(CALLBACK);
      const query = new URL(await visitProvider(new URL(url), 'ada'), CALLBACK).searchParams;
      query.set(argument, 'x'.repeat(43));
      await expect(driver.external.finish(CALLBACK, query, remembered, AbortSignal.timeout(20_000))).rejects.toBeInstanceOf(LoginRefusedError);
    });

    test('takes no code twice', async () => {
      const { url, remembered } = await driver.external.begin(CALLBACK);
      const query = new URL(await visitProvider(new URL(url), 'ada'), CALLBACK).searchParams;
      await driver.external.finish(CALLBACK, query, remembered, AbortSignal.timeout(20_000));
      await expect(driver.external.finish(CALLBACK, query, remembered, AbortSignal.timeout(20_000))).rejects.toThrow('used already, or has expired');
    });

    test('says so when the provider cannot be asked', async () => {
      const { url, remembered } = await driver.external.begin(CALLBACK);
      const query = new URL(await visitProvider(new URL(url), 'ada'), CALLBACK).searchParams;
      subject().provider.mischief.set('/token', 'down');
      await expect(driver.external.finish(CALLBACK, query, remembered, AbortSignal.timeout(20_000))).rejects.toBeInstanceOf(UnavailableError);
    });

    test('finds a login of some time ago good, or gets new tokens for it, or has people log in again', async () => {
      const { provider, make } = subject();
      driver = make({ enable_auth_state: true, allow_all: true });
      const { authState = {} } = await signIn(driver.external, 'ada');
      expect(await refreshed(authState)).toMatchObject({ name: subject().name });
      await provider.expire(String(authState.access_token));
      const again = (await refreshed({ ...authState, id_token: null })) as AuthModel;
      expect(again.authState?.access_token).not.toBe(authState.access_token);
      await provider.expire(String(again.authState?.access_token));
      await provider.expire(String(again.authState?.refresh_token));
      expect(await refreshed({ ...again.authState, id_token: null })).toBe(false);
      expect(await refreshed(null)).toBe(false);
    });

    test('has those log in again who may not come in any more', async () => {
      const { authState } = await signIn(driver.external, 'ada');
      expect(await refreshed(authState!)).toBe(false);
    });
  });
}
