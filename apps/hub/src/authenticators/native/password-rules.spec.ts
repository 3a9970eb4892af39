import { describe, expect, it } from 'vitest';
import { LONGEST_PASSWORD, passwordProblem } from './password-rules.js';

const RULES = { minimum_password_length: 8, check_common_password: true };
const problem = (password: string, rules = RULES) => passwordProblem(password, 'lovelace', rules);

describe('a new password', () => {
  it.each(['correct horse battery', 'zebra-ladder-9', 'Tr0ub4dor&3', 'мой длинный пароль', 'x7#kQ9!mz', 'ada likes engines', 'passwordsafeopener', 'abcdxyzw-tulip', '🐎🔋📎✅🎷🌋🧵🪵'])('%s is good', (password) => {
    expect(problem(password)).toBeUndefined();
  });

  it.each([
    ...['password', 'Password1!', 'P@ssw0rd', 'pa$$w0rd123', 'passwordpassword', '123456789', '1234567890', '87654321', 'qwertyuiop', 'qwertz123', 'asdfghjkl', '11111111', 'aaaaaaaa', 'abcabcabc'],
    ...['abcd1234', '1q2w3e4r', '1qaz2wsx', 'iloveyou', 'Sunshine2024', 'jupyterhub', 'JupyterHub1', 'letmein!!', 'superman99', 'Welcome2025!', '12341234', 'lovelace', 'Lovelace1815', 'lovelacelovelace', 'trustno1!', '!@#$%^&*', 'azertyuiop', '00000000'],
  ])('%s is among the first to be tried', (password) => {
    expect(problem(password)).toContain('first that are tried');
    expect(problem(password, { ...RULES, check_common_password: false })).toBeUndefined();
  });

  it('is as long as its characters are many, however many bytes they take', () => {
    expect(problem('🐎🔋📎✅🎷🌋🧵')).toContain('at least 8 characters');
    expect(problem('e\u0301'.repeat(7))).toContain('at least 8 characters');
    expect(problem('xk'.repeat(3))).toContain('at least 8');
    expect(problem(`${'x'.repeat(LONGEST_PASSWORD)}kq`)).toContain('at most 1024');
    expect(problem('zebra\0ladder')).toContain('no such characters');
  });
});
