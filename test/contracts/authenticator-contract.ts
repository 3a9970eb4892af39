import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Answer, cookiesOf, TestApp } from '../support/app.js';

type Traits = Record<string, Record<string, unknown>>;

/** What somebody types. */
export interface Credentials {
  username: string;
  password: string;
  otp?: string;
}

/** An authenticator to be tried, with people who have right credentials for it. */
export interface Subject {
  /** Config by class: the class of the authenticator, and what it needs. */
  traits: Traits;
  /** Each under the name that they have in the database. Absent where nobody can log in. */
  people?: {
    /** Will be on the list of those who may come in. */
    known: Credentials;
    /** Will be on that list too, and on the list of those who are blocked. */
    blocked: Credentials;
    /** Will be on no list. */
    outsider: Credentials;
    /** Will be named as an admin. */
    admin: Credentials;
  };
  /** Other ways to type the name of `known`, which are the same account. */
  spellings?: readonly string[];
  /** Where there is a second factor: the config that asks for it. */
  secondFactor?: { traits: Traits; right: Credentials; wrong: Credentials };
  /** Takes away what the authenticator asks, such as a server; what it returns brings it back. */
  takeAway?: () => Promise<() => Promise<void>>;
  /** How to log in where that is not done by the form of the hub. */
  logIn?: (app: TestApp, who: Credentials) => Promise<Answer>;
  dispose?: () => Promise<void> | void;
}

/** What of a subject decides which cases there are. */
export interface Kind {
  /** Whether anybody can log in. */
  people?: boolean;
  /** Whether the form of the hub is filled in. */
  form?: boolean;
  secondFactor?: boolean;
  backend?: boolean;
}

const LONGEST_SHOWN = 64;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** No case is about how often somebody may try. */
const NO_LIMITS = { login_failures_per_account: 0, login_failures_per_address: 0 };
const [ALWAYS_WRONG, UNKNOWN] = ['wrong-Passw0rd-of-nobody', 'elara-contract-nobody'];

/** Fills in the form of the hub and sends it. */
export async function submitLogin(app: TestApp, { username, password, otp }: Credentials): Promise<Answer> {
  const jar = cookiesOf(await app.request({ path: '/hub/login' }));
  const fields = new URLSearchParams({ username, password, ...(otp !== undefined && { otp }), _xsrf: jar.get('_xsrf') ?? '' });
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  return app.request({ method: 'POST', path: '/hub/login', raw: fields.toString(), headers: { ...FORM, cookie } });
}

/** What every authenticator has to do, tried through the login flow of a hub in this process. */
export function describeAuthenticator(name: string, setUp: () => Promise<Subject> | Subject, { people = true, form = true, secondFactor = false, backend = false }: Kind = {}): void {
  describe(`the authenticator ${name}`, () => {
    let subject: Subject;
    let app: TestApp;
    const lines: string[] = [];

    beforeAll(async () => {
      for (const level of ['log', 'warn', 'error'] as const) vi.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => void lines.push(String(line)));
      subject = await setUp();
      app = await createApp(subject);
    });
    afterAll(async () => {
      vi.restoreAllMocks();
      await app?.close();
      await subject?.dispose?.();
    });
    beforeEach(() => void (lines.length = 0));

    const tried = (who: Credentials) => (subject.logIn ?? submitLogin)(app, who);
    const rows = async () => (await app.hub.foundation.db('users').orderBy('id').select('name', 'admin')) as { name: string; admin: unknown }[];
    const row = async (wanted: string) => (await rows()).find((user) => user.name === wanted);
    const person = (who: keyof NonNullable<Subject['people']>) => subject.people![who];

    const tokenFor = ({ username, password }: Credentials) =>
      app.request({ method: 'POST', path: `/hub/api/users/${encodeURIComponent(username)}/tokens`, body: { auth: { username, password } } });

    /** Nobody came in, and nobody became a user. */
    async function refused(who: Credentials, status = 403): Promise<Answer> {
      const before = await rows();
      const answer = await tried(who);
      expect(answer.status).toBe(status);
      expect([...cookiesOf(answer).keys()].filter((cookie) => cookie !== '_xsrf')).toEqual([]);
      expect(await rows()).toEqual(before);
      return answer;
    }

    if (people) describe('lets somebody in', () => {
      test('with the right credentials, as the user of that name', async () => {
        const { known } = subject.people!;
        const answer = await tried(known);
        expect([answer.status, cookiesOf(answer).has('jupyterhub-hub-login')]).toEqual([302, true]);
        expect(await row(known.username)).toMatchObject({ name: known.username });
        expect(lines).toContain(`User logged in: ${known.username}`);
        expect((await app.admin('GET', `/users/${encodeURIComponent(known.username)}`)).json).toMatchObject({ admin: false, roles: ['user'] });
      });

      test('as one user, in whichever way the name is typed', async () => {
        const before = await rows();
        for (const username of subject.spellings ?? []) expect([username, (await tried({ ...person('known'), username })).status]).toEqual([username, 302]);
        expect(await rows()).toEqual(before);
      });

      test('as an admin, where the config says so', async () => {
        const { admin } = subject.people!;
        expect((await tried(admin)).status).toBe(302);
        expect((await app.admin('GET', `/users/${encodeURIComponent(admin.username)}`)).json).toMatchObject({ admin: true, roles: ['user', 'admin'] });
      });
    });

    if (people) describe('keeps out', () => {
      test('who is blocked', async () => {
        await refused(person('blocked'));
        if (form) await refused({ ...person('blocked'), username: person('blocked').username.toUpperCase() });
      });

      test('who is on no list', async () => {
        await refused(person('outsider'));
        expect(await row(person('outsider').username)).toBeUndefined();
      });
    });

    if (people && form) describe('keeps out', () => {
      test('who has a wrong password', async () => {
        await refused({ ...person('known'), password: ALWAYS_WRONG });
        await refused({ ...person('known'), password: `${person('known').password}x` });
        await refused({ ...person('known'), password: `${person('known').password}\0` });
        const [wrong, right] = [await tokenFor({ ...person('known'), password: ALWAYS_WRONG! }), await tokenFor(person('known'))];
        expect([wrong.status, right.status]).toEqual([403, 201]);
      });

      test.each([
        ['with a letter of another width', (name: string) => `\uFF45${name.slice(1)}`],
        ['with a letter of another script', (name: string) => name.replace('a', '\u0430')],
        ['with a letter that cannot be seen', (name: string) => `${name.slice(0, 2)}\u200B${name.slice(2)}`],
        ['with a space that cannot be seen', (name: string) => `${name}\u2060`],
      ])('who has a name like a known one, %s', async (_how, change) => {
        await refused({ ...person('known'), username: change(person('known').username) });
      });

      test('who has no password', async () => {
        for (const password of ['', ' ', '\t']) await refused({ ...person('known'), password });
      });

      test('a known and an unknown name with the same answer', async () => {
        const [known, unknown] = [person('known').username, UNKNOWN!];
        const answers = [];
        for (const username of [known, unknown]) answers.push({ username, ...(await refused({ username, password: ALWAYS_WRONG! })) });
        const told = answers.map(({ username, text, headers }) => [withoutChance(text).replaceAll(username, 'NAME'), Object.keys(headers).sort()]);
        expect(told[0]).toEqual(told[1]);
        const said = lines.filter((line) => line.startsWith('Failed login')).map((line) => line.replace(JSON.stringify(known), 'NAME').replace(JSON.stringify(unknown), 'NAME'));
        expect(new Set(said).size).toBe(1);
      });
    });

    if (form) describe('keeps out', () => {
      test.each([
        ['no name', ''],
        ['a name of spaces', '  '],
        ['a name nobody has', UNKNOWN!],
        ['a path', '../../etc/passwd'],
        ['line breaks', 'x\r\n[I 2026-01-01 00:00:00.000 login] User logged in: root'],
        ['a NUL', 'root\0'],
        ['an escape sequence', '\x1b[2J\x9b31m'],
        ['letters that turn the line round', '\u202Enimda'],
        ['half a letter', '\ud800'],
        ['what means something in a query', "*)(uid=*))(|(uid=*' OR 1=1 --"],
      ])('%s', async (_what, username) => {
        await refused({ username, password: ALWAYS_WRONG! });
        expect(lines.join('\n')).not.toMatch(/[\0-\x09\x0b-\x1f\r]/);
        expect(lines.filter((line) => line.startsWith('User logged in'))).toEqual([]);
      });

      test('names and passwords without end', async () => {
        for (const size of [5000, 10_000_000]) {
          for (const field of ['username', 'password'] as const) await refused({ username: 'x', password: ALWAYS_WRONG!, [field]: 'x'.repeat(size) }, size > 2_000_000 ? 413 : 403);
        }
      });

      test('and writes little of the name, and nothing of the password', async () => {
        const username = `\n${'ü"'.repeat(100)}`;
        const secretText = 'never-to-be-written-anywhere';
        await refused({ username, password: secretText, otp: `${secretText}-2` });
        await refused({ username: secretText.slice(0, 5), password: secretText });
        const [line] = lines.filter((one) => one.startsWith('Failed login'));
        const shown = /^Failed login for ("(?:[^"\\]|\\.)*") from /.exec(line!)![1]!;
        expect((JSON.parse(shown) as string).length).toBeLessThanOrEqual(LONGEST_SHOWN);
        expect(lines.join('\n')).not.toContain(secretText);
        expect(lines.every((one) => !one.includes('\n') && one.length < 500)).toBe(true);
      });
    });

    if (secondFactor) test('keeps out who has a wrong second factor, or none', async () => {
      const { traits, right, wrong } = subject.secondFactor!;
      const strict = await createApp({ ...subject, traits });
      const statusOf = async (who: Credentials) => (await submitLogin(strict, who)).status;
      expect((await strict.request({ path: '/hub/login' })).text).toContain('name="otp"');
      expect([await statusOf(wrong), await statusOf({ ...right, otp: '' }), await statusOf({ ...right, password: ALWAYS_WRONG! }), await statusOf(right)]).toEqual([403, 403, 403, 302]);
      await strict.close();
    });

    if (backend) test('tells people when they cannot be checked, and makes nobody a user meanwhile', async () => {
      const bringBack = await subject.takeAway!();
      try {
        const { text } = await refused(person('known'), 503);
        if (form) expect(text).toContain('Your password cannot be checked right now.');
        await refused({ username: UNKNOWN!, password: ALWAYS_WRONG! }, 503);
        expect(lines.filter((line) => line.startsWith('Cannot check a login for '))).toHaveLength(2);
        if (form) expect(await tokenFor(person('known'))).toMatchObject({ status: 503, json: { message: 'Logins cannot be checked right now. Try again in a minute.' } });
        expect(lines.join('\n')).not.toContain(person('known').password);
      } finally {
        await bringBack();
      }
      expect((await tried(person('known'))).status).toBe(302);
    });
  });
}

function createApp({ traits, people }: Pick<Subject, 'traits' | 'people'>): Promise<TestApp> {
  const rules = people && {
    allowed_users: [people.known.username, people.blocked.username],
    blocked_users: [people.blocked.username],
    admin_users: [people.admin.username],
  };
  return TestApp.create({ ...traits, Authenticator: { ...rules, ...traits.Authenticator }, Elara: { ...NO_LIMITS, ...traits.Elara } });
}

/** A page without what is different each time. */
const withoutChance = (text: string): string => text.replaceAll(/(_xsrf" value=|xsrf_token: |nonce[=-])"?[\w:|.=+/-]+"?/g, '$1X').replaceAll(/\b[\w-]{40,}\b/g, 'X');
