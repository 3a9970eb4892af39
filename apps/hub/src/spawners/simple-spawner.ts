import type { SpawnerTraits } from '../config/hooks/values.js';
import { LocalProcessSpawner } from './local-process-spawner.js';
import { simpleHome } from './placement.js';
import type { SpawnerSection } from './spawner-class.js';

/** All servers as the hub's own account, each person with a folder below `home_dir_template` (reference hub-behaviour 2.3). */
export class SimpleLocalProcessSpawner extends LocalProcessSpawner {
  static override readonly section: SpawnerSection = 'SimpleLocalProcessSpawner';

  constructor(traits: Pick<SpawnerTraits, 'interrupt_timeout' | 'term_timeout' | 'kill_timeout'>) {
    super(traits, simpleHome);
  }
}
