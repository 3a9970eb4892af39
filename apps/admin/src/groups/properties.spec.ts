import { describe, expect, it } from 'vitest';
import { parseProperties, propertiesText } from './properties.js';

describe('properties of groups', () => {
  it('are an object; nothing is an empty one', () => {
    expect(parseProperties('{"quota": "20G", "n": [1]}')).toEqual({ properties: { quota: '20G', n: [1] } });
    expect(parseProperties('  ')).toEqual({ properties: {} });
  });

  it.each(['[1]', 'null', '"text"', '5'])('are not %s', (text) => {
    expect(parseProperties(text)).toEqual({ problem: expect.stringContaining('object') as string });
  });

  it('tell what is wrong with them', () => {
    expect(parseProperties('{"a": }')).toEqual({ problem: expect.stringMatching(/^This is no JSON: ./) as string });
  });

  it('come back as they were', () => {
    const properties = { a: { b: null } };
    expect(parseProperties(propertiesText(properties))).toEqual({ properties });
    expect(propertiesText(undefined)).toBe('{}');
  });
});
