import { ForbiddenException } from '@nestjs/common';
import { expect, test } from 'vitest';
import { ConflictError, HubError, InvalidInputError, LimitReachedError, NotAllowedError, NotFoundError, NotModifiableError, UnavailableError } from '../errors.js';
import { errorAnswer } from './error-status.js';

test.each([
  [new InvalidInputError('m'), 400],
  [new NotAllowedError('m'), 403],
  [new NotFoundError('m'), 404],
  [new NotModifiableError('m'), 405],
  [new ConflictError('m'), 409],
  [new UnavailableError('m'), 503],
  [new HubError('m'), 500],
])('%s is its status, with its message', (error, status) => {
  expect(errorAnswer(error)).toEqual({ status, message: 'm' });
});

test('a limit says when to try again', () => {
  expect(errorAnswer(new LimitReachedError('m', 40))).toEqual({ status: 429, message: 'm', retryAfterSeconds: 40 });
});

test('what the hub did not foresee says nothing about itself', () => {
  expect(errorAnswer(new Error('select * from users: /srv/secret'))).toEqual({ status: 500, message: 'Internal Server Error' });
  expect(errorAnswer('text')).toEqual({ status: 500, message: 'Internal Server Error' });
  expect(errorAnswer(new ForbiddenException('inner detail'))).toEqual({ status: 403, message: 'Forbidden' });
});

test.each(['SQLITE_BUSY', 'SQLITE_FULL', 'ECONNREFUSED', '57P01'])('a database that is away (%s) is a passing fault', (code) => {
  expect(errorAnswer(Object.assign(new Error('x'), { code }))).toMatchObject({ status: 503, retryAfterSeconds: 5 });
});

test.each(['22021', '22001', '22003', '22P05'])('a value that PostgreSQL cannot hold (%s) is a mistake of the client', (code) => {
  expect(errorAnswer(Object.assign(new Error('select $1'), { code }))).toEqual({ status: 400, message: expect.stringMatching(/^A name or value/) as string });
});
