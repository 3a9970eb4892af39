import { expectTypeOf, test } from 'vitest';
import type { HubConfig } from '../schema.js';
import type { SpawnerTraits } from './values.js';

type OfSchema = HubConfig['SimpleLocalProcessSpawner'] & HubConfig['SudoSpawner'] & HubConfig['SystemdSpawner'];

// the schema is made of the types of hooks, which name the traits: written out, neither waits for the other
test('the traits that hooks see are those of the schema', () => {
  expectTypeOf<SpawnerTraits>().toExtend<OfSchema>();
  expectTypeOf<OfSchema>().toExtend<SpawnerTraits>();
});
