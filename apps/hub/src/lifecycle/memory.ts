import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Ends the thrift of the start (see bin/elara), and gives back what only the start needed, parsed sources and config above all. A small
 * process is also cheaper to fork, which is what starting a server begins with.
 */
export function returnMemory(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
