import type { StopStep } from '#process';

/** How a service is stopped (reference hub-behaviour 1.3). */
export const SERVICE_STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGINT', waitSeconds: 10 },
  { signal: 'SIGTERM', waitSeconds: 5 },
  { signal: 'SIGKILL', waitSeconds: 5 },
];
