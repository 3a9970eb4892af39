/**
 * What a JavaScript or TypeScript config imports as `elara/config`: the very classes that the hub uses. Their types for editors are in
 * config/elara.d.ts.
 */
export { PamAuthenticator } from './authenticators/pam.js';
export { InvalidInputError, LoginRefusedError, NotAllowedError, UnavailableError } from './errors.js';
export { LocalProcessSpawner } from './spawners/local-process-spawner.js';
export { SimpleLocalProcessSpawner } from './spawners/simple-spawner.js';
export { SpawnError } from './spawners/spawn-error.js';
export { SystemdSpawner } from './spawners/systemd-spawner.js';

/** Gives a config back as it is: for editors, which know by it what is in there. */
export const defineConfig = <Config>(config: Config): Config => config;
