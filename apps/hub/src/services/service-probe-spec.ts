import { z } from 'zod';
import { DEFAULT_PROBE_TIMING, type ProbeTiming } from '#process';

const LONGEST_SECONDS = 86_400;

const seconds = (initial: number, min: number) => z.number().min(min).max(LONGEST_SECONDS).default(initial);
const times = (initial: number) => z.int().min(1).max(1000).default(initial);

/** The `httpGet`, `tcpSocket`, `exec` and times of a Kubernetes probe, in our spelling. */
const probeKeys = z.strictObject({
  http_get: z.union([z.strictObject({ url: z.url({ protocol: /^https?$/ }) }), z.strictObject({ path: z.string().startsWith('/') })]).optional(),
  tcp_socket: z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: z.int().min(1).max(65_535) }).optional(),
  exec: z.strictObject({ command: z.array(z.string()).min(1) }).optional(),
  initial_delay_seconds: seconds(DEFAULT_PROBE_TIMING.initialDelaySeconds, 0),
  period_seconds: seconds(DEFAULT_PROBE_TIMING.periodSeconds, 0.1),
  timeout_seconds: seconds(DEFAULT_PROBE_TIMING.timeoutSeconds, 0.1),
  failure_threshold: times(DEFAULT_PROBE_TIMING.failureThreshold),
  success_threshold: times(DEFAULT_PROBE_TIMING.successThreshold),
});

/** What a probe looks at. */
export type ProbeTarget =
  | { kind: 'http'; url: string }
  /** A path on the service's own address. */
  | { kind: 'path'; path: string }
  | { kind: 'tcp'; host: string; port: number }
  | { kind: 'exec'; command: string[] };

export interface ProbeSpec {
  target: ProbeTarget;
  timing: ProbeTiming;
}

/** The value of `readiness` or `liveness`. */
export const probe = probeKeys.transform((keys, context): ProbeSpec => {
  const [target, ...more] = targetsOf(keys);
  if (!target || more.length > 0) {
    context.addIssue({ code: 'custom', message: 'expected one of http_get, tcp_socket and exec' });
    return z.NEVER;
  }
  return {
    target,
    timing: {
      initialDelaySeconds: keys.initial_delay_seconds,
      periodSeconds: keys.period_seconds,
      timeoutSeconds: keys.timeout_seconds,
      failureThreshold: keys.failure_threshold,
      successThreshold: keys.success_threshold,
    },
  };
});

function targetsOf({ http_get: http, tcp_socket: tcp, exec }: z.infer<typeof probeKeys>): ProbeTarget[] {
  return [
    ...(http ? ['url' in http ? ({ kind: 'http', url: http.url } as const) : ({ kind: 'path', path: http.path } as const)] : []),
    ...(tcp ? [{ kind: 'tcp', ...tcp } as const] : []),
    ...(exec ? [{ kind: 'exec', ...exec } as const] : []),
  ];
}
