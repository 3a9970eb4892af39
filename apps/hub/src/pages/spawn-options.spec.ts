import { describe, expect, it } from 'vitest';
import { InvalidInputError, TooLargeError } from '../errors.js';
import { optionsFromForm, optionsFromQuery, readForm } from './spawn-options.js';

const URLENCODED = 'application/x-www-form-urlencoded';

/** A form as a browser sends it. */
async function sent(form: FormData): Promise<[Buffer, string]> {
  const response = new Response(form);
  return [Buffer.from(await response.arrayBuffer()), response.headers.get('content-type')!];
}

describe('readForm', () => {
  it('collects the values of each field in order', async () => {
    expect((await readForm(Buffer.from('size=big&tag=a&tag=b&note=x%20%26+y&_xsrf=t'), URLENCODED)).fields).toEqual({
      size: ['big'],
      tag: ['a', 'b'],
      note: ['x & y'],
    });
  });

  it('reads multipart forms; a file field left empty is an empty text', async () => {
    const form = new FormData();
    form.append('size', 'größe\n2');
    form.append('data', new Blob([]), '');
    expect(await readForm(...(await sent(form)))).toEqual({ fields: { size: ['größe\r\n2'], data: [''] }, files: {} });
  });

  it('keeps files apart, with their names', async () => {
    const form = new FormData();
    form.append('data', new Blob(['a\0ü'], { type: 'text/x-own' }), '../x "1".txt');
    form.append('data', new Blob([]), 'empty');
    const { fields, files } = await readForm(...(await sent(form)));
    expect(fields).toEqual({});
    expect(files.data_file).toMatchObject([
      { filename: '../x "1".txt', content_type: 'text/x-own', body: Buffer.from('a\0ü') },
      { filename: 'empty', body: Buffer.alloc(0) },
    ]);
  });

  it('refuses too many files, and bodies that are no forms', async () => {
    const form = new FormData();
    for (let count = 0; count < 21; count += 1) form.append('data', new Blob(['x']), 'x.txt');
    await expect(readForm(...(await sent(form)))).rejects.toThrow(TooLargeError);
    await expect(readForm(Buffer.from('{}'), 'application/json')).rejects.toThrow('does not fit its Content-Type');
    await expect(readForm(Buffer.from('--x\r\n'), 'multipart/form-data; boundary=x')).rejects.toThrow(InvalidInputError);
    expect(await readForm(undefined, undefined)).toEqual({ fields: {}, files: {} });
  });

  it('takes any name for what it is', async () => {
    const { fields } = await readForm(Buffer.from('__proto__=1&constructor=2'), URLENCODED);
    expect(Object.entries(fields)).toEqual([
      ['__proto__', ['1']],
      ['constructor', ['2']],
    ]);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  });
});

describe('optionsFromForm', () => {
  const fields = { size: ['big'], gpu: ['on'], tag: ['a', 'b'], none: [] };
  it('passes lists through', () => expect(optionsFromForm('passthrough', { fields, files: {} })).toEqual(fields));
  it('unpacks single values in simple mode', () =>
    expect(optionsFromForm('simple', { fields, files: {} })).toEqual({ size: 'big', gpu: true, tag: ['a', 'b'], none: [] }));

  const file = (size: number) => ({ filename: 'x.txt', content_type: 'text/plain', body: Buffer.alloc(size, 'x') });
  it.each(['passthrough', 'simple'] as const)('keeps small files as text (%s)', (mode) =>
    expect(optionsFromForm(mode, { fields: {}, files: { data_file: [file(3)] } })).toEqual({ data_file: [{ filename: 'x.txt', content_type: 'text/plain', body: 'eHh4' }] }));
  it('refuses large ones', () =>
    expect(() => optionsFromForm('simple', { fields: {}, files: { a_file: [file(40_000)], b_file: [file(40_000)] } })).toThrow(TooLargeError));
});

describe('optionsFromQuery', () => {
  const options = (query: string) => optionsFromQuery(new URLSearchParams(query));
  it.each([
    ['opt-size=big&next=/x', { size: ['big'] }, []],
    ['opt-size=big&opt-size=small&cpu=2', { size: ['big', 'small'] }, ['cpu']],
    ['size=big&_xsrf=t&display_name=Mine', { size: ['big'] }, []],
    ['next=/hub', {}, []],
  ])('%s', (query, fields, ignored) => expect(options(query)).toEqual({ fields, ignored }));
  it('refuses an option without a name', () => expect(() => options('opt-=1')).toThrow(InvalidInputError));
});
