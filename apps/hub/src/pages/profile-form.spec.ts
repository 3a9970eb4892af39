import { describe, expect, it } from 'vitest';
import { hubConfigSchema } from '../config/schema.js';
import { profileViews, takeProfile } from './profile-form.js';

const start = { display_name: 'Start with', choices: { lab: { display_name: 'Lab' }, tree: { display_name: 'Tree', default: true } } };
const profiles = hubConfigSchema.parse({
  Spawner: { profile_list: [{ display_name: 'Small' }, { display_name: 'Large', default: true, profile_options: { start } }] },
}).Spawner.profile_list;

describe('takeProfile', () => {
  it.each([
    ['a form', { profile: ['large'], 'profile-option-large--start': ['lab'], note: ['x'] }, { profile: 'large', start: 'lab' }, { note: ['x'] }],
    ['an address', { profile: ['large'], start: ['lab'] }, { profile: 'large', start: 'lab' }, {}],
    ['an address without a profile', { start: ['lab'] }, { start: 'lab' }, {}],
    ['a form, with the fields of other profiles', { profile: ['small'], 'profile-option-large--start': ['lab'] }, { profile: 'small' }, {}],
    ['a profile that there is not', { profile: ['huge'], x: ['1'] }, { profile: 'huge' }, { x: ['1'] }],
    ['nothing', {}, {}, {}],
  ])('reads %s', (_what, fields, options, rest) => expect(takeProfile(profiles, fields)).toEqual({ options, rest }));

  it('leaves all fields alone without profiles', () => expect(takeProfile([], { profile: ['x'] })).toEqual({ options: {}, rest: { profile: ['x'] } }));
});

describe('profileViews', () => {
  const chosen = (present: Record<string, unknown>) =>
    profileViews(profiles, present).map(({ slug, chosen: is, options }) => [slug, is, ...options.flatMap(({ choices }) => choices.filter((choice) => choice.chosen).map(({ value }) => value))]);

  it('shows the usual choice first', () => expect(chosen({})).toEqual([['small', false], ['large', true, 'tree']]));
  it('shows what was chosen', () => expect(chosen({ profile: 'large', start: 'lab' })).toEqual([['small', false], ['large', true, 'lab']]));
  it('shows the usual choice when that one is gone', () => expect(chosen({ profile: 'huge' })).toEqual([['small', false], ['large', true, 'tree']]));
});
