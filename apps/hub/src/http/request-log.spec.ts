import { expect, test } from 'vitest';
import { shown } from './request-log.js';

test('secrets in a query are masked', () => {
  expect(shown('/hub/x?code=abc&state=def&next=/a&access_token=t&_xsrf=z')).toBe(
    '/hub/x?code=[secret]&state=[secret]&next=/a&access_token=[secret]&_xsrf=[secret]',
  );
});

test('a URL cannot forge log lines or fill the log', () => {
  expect(shown('/a\r\nb\u2028')).toBe('/a\\u000d\\u000ab\\u2028');
  expect(shown(`/${'x'.repeat(100_000)}`)).toHaveLength(2000);
});
