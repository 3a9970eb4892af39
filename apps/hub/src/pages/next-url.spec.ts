import { describe, expect, it } from 'vitest';
import { safeNext, withQuery } from './next-url.js';

const ORIGIN = 'http://hub.example:8000';

const CASES: [next: string, result: string][] = [
  ['/hub/home', '/hub/home'],
  ['/user/amy/lab?path=a%20b#cell', '/user/amy/lab?path=a%20b#cell'],
  ['', ''],
  ['hub/home', ''],
  ['?x=1', ''],
  ['#here', ''],
  // our own address, and only ours
  ['http://hub.example:8000/x?y=1#z', '/x?y=1#z'],
  ['//hub.example:8000/x', '/x'],
  ['http://hub.example:8000', '/'],
  ['http://hub.example:8000?x=1', '/?x=1'],
  ['https://hub.example:8000/x', ''],
  ['http://hub.example/x', ''],
  ['http://hub.example:8000@evil.test/x', ''],
  ['http://amy@hub.example:8000/x', ''],
  ['http://hub.example:8000.evil.test/x', ''],
  // open redirects
  ['//evil.test', ''],
  ['///evil.test', ''],
  ['////evil.test/x', ''],
  ['\\\\evil.test', ''],
  ['/\\evil.test', '/%5Cevil.test'],
  ['\\/evil.test', ''],
  ['http:evil.test', ''],
  ['http:/evil.test', ''],
  ['http:///evil.test', ''],
  ['HTTP://evil.test', ''],
  ['https://evil.test', ''],
  ['/\t/evil.test', ''],
  ['/\n/evil.test', ''],
  ['\t//evil.test', ''],
  ['\r\n/evil', '/evil'],
  [' //evil.test', ''],
  ['/\0/evil.test', ''],
  ['javascript:alert(1)', ''],
  ['data:text/html,x', ''],
  // our own address in front of another
  ['http://hub.example:8000//evil.test', '/evil.test'],
  ['http://hub.example:8000///evil.test', '/evil.test'],
  ['http://hub.example:8000////evil.test', '/evil.test'],
  ['http://hub.example:8000/\\evil.test', '/%5Cevil.test'],
  ['//hub.example:8000//evil.test', '/evil.test'],
  // headers carry ASCII only, and no line ends
  ['/user/zoë/ü', '/user/zo%C3%AB/%C3%BC'],
  ['/a\r\nSet-Cookie: x=1', '/aSet-Cookie:%20x=1'],
  ['/\ud800', '/%EF%BF%BD'],
  [`/${'a'.repeat(9000)}`, ''],
];

describe('safeNext', () => {
  it.each(CASES)('%j leads to %j', (next, result) => {
    expect(safeNext(next, ORIGIN)).toBe(result);
  });

  it('never leads to another host, however the parts are put together', () => {
    const parts = ['/', '//', '\\', '\t', 'http:', 'https://', 'evil.test', '@', 'hub.example:8000', '?', '#', '%2f', '.', ' '];
    for (const a of parts)
      for (const b of parts)
        for (const c of parts)
          for (const d of parts) {
            const result = safeNext(a + b + c + d, ORIGIN);
            if (result) expect(new URL(result, ORIGIN).origin, a + b + c + d).toBe(ORIGIN);
            expect(result).not.toMatch(/^\/\/|^[^/]/);
          }
  });
});

describe('withQuery', () => {
  it('keeps what is not ours', () => {
    expect(withQuery('/hub/spawn', new URLSearchParams('next=&a=1&_xsrf=t&b=x y'))).toBe('/hub/spawn?a=1&b=x+y');
    expect(withQuery('/hub/spawn?c=2', new URLSearchParams('a=1'))).toBe('/hub/spawn?c=2&a=1');
    expect(withQuery('/hub/home', new URLSearchParams('next=/x'))).toBe('/hub/home');
  });
});
