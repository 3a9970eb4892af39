import { expectTypeOf, test } from 'vitest';
import type { HubConfig } from '../schema.js';
import type { SpawnerTraits } from './values.js';

// the schema is made of the types of hooks, which name the traits: written out, neither waits for the other
test('the traits that hooks see are those of the schema', () => expectTypeOf<SpawnerTraits>().toEqualTypeOf<HubConfig['SimpleLocalProcessSpawner']>());
