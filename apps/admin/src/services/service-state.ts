import type { Service, ServiceRun } from '#hub-client/client';

export const STATE_WORDS: Record<ServiceRun['state'], string> = {
  stopped: 'Stopped',
  starting: 'Starting',
  running: 'Running',
  backoff: 'Waiting to start again',
  stopping: 'Stopping',
  failed: 'Failed',
};

/** The looks that states of servers have, for those of services. */
export const STATE_LOOKS: Record<ServiceRun['state'], string> = {
  stopped: 'stopped',
  starting: 'spawn',
  running: 'ready',
  backoff: 'queued',
  stopping: 'stop',
  failed: 'failed',
};

export type ServiceCommand = 'start' | 'stop' | 'restart' | 'run';

/** What can be asked of a service as it is now; nothing of one that the hub does not run. */
export function commandsFor(run: ServiceRun | undefined): ServiceCommand[] {
  if (!run) return [];
  if (run.state === 'stopping') return [];
  const isDown = run.state === 'stopped' || run.state === 'failed';
  if (run.schedule) return isDown ? ['run'] : ['stop'];
  return isDown ? ['start'] : ['restart', 'stop'];
}

/** How a process ended, in words; '' when it never did. */
export function exitInWords(exit: { code: number | null; signal: string | null; error: string | null } | null): string {
  if (!exit) return '';
  if (exit.error) return exit.error;
  return exit.signal ? `ended by ${exit.signal}` : `status ${exit.code ?? 'unknown'}`;
}

/** Services by name, those in need of somebody first. */
export function inOrder(services: Record<string, Service>): Service[] {
  const rank = ({ elara }: Service) => (elara?.state === 'failed' || elara?.health.status === 'unhealthy' ? 0 : elara?.state === 'backoff' ? 1 : 2);
  return Object.values(services).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
