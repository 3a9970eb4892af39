import type { ServiceRun } from '#hub-client/client';
import { STATE_LOOKS, STATE_WORDS } from './service-state.js';

export function ServiceBadge({ run }: { run: ServiceRun | undefined }) {
  if (!run) return <span className="muted">not run by the hub</span>;
  return <span className={`state state-${STATE_LOOKS[run.state]}`}>{STATE_WORDS[run.state]}</span>;
}

const HEALTH = { healthy: ['ready', 'Healthy'], unhealthy: ['failed', 'Unhealthy'] } as const;

/** What its probes find; nothing when it has none, or they do not know yet. */
export function HealthBadge({ run }: { run: ServiceRun | undefined }) {
  if (!run || run.health.status === 'unknown') return null;
  const [look, words] = HEALTH[run.health.status];
  return <span className={`state state-${look}`}>{words}</span>;
}
