import type { Service } from '#hub-client/client';
import { hub, may } from '../hub/hub.js';
import { ActionButton } from '../ui/action-button.js';
import { commandsFor, type ServiceCommand } from './service-state.js';

const COMMANDS: Record<ServiceCommand, { label: string; done: string; run: (name: string) => Promise<unknown> }> = {
  start: { label: 'Start', done: 'is started', run: hub.startManagedService },
  stop: { label: 'Stop', done: 'is stopped', run: hub.stopManagedService },
  restart: { label: 'Restart', done: 'is restarted', run: hub.restartManagedService },
  run: { label: 'Run now', done: 'runs', run: hub.runScheduledService },
};

/** What can be asked of a service as it is now. All of it can be taken back. */
export function ServiceActions({ service: { name, elara } }: { service: Service }) {
  if (!may('admin:services')) return null;
  return commandsFor(elara).map((command) => {
    const { label, done, run } = COMMANDS[command];
    return <ActionButton key={command} label={label} about={name} done={`${name} ${done}`} run={() => run(name)} />;
  });
}
