import {
  execCheck,
  httpCheck,
  type ManagedProcessOptions,
  type ProbeCheck,
  ProcessError,
  type ProbeState,
  probeUntil,
  requireHealthy,
  settlesWithin,
  tcpCheck,
  waitForHttp,
} from '#process';
import { serviceProbe } from '../metrics.js';
import type { Service } from './service.js';
import type { ServiceLauncher } from './service-launcher.js';
import type { ProbeSpec } from './service-probe-spec.js';

export type ProbeKind = 'readiness' | 'liveness';

/** What a probe has found of late. */
export interface ProbeFindings extends ProbeState {
  checked: Date;
}

export type ServiceFindings = Partial<Record<ProbeKind, ProbeFindings>>;

/** Looks whether a service can be used and whether it still lives (Kubernetes' readiness and liveness probes). */
export class ServiceProbes {
  #findings: ServiceFindings = {};

  constructor(
    private readonly service: Service,
    private readonly launcher: Pick<ServiceLauncher, 'surroundings'>,
  ) {}

  get findings(): ServiceFindings {
    return this.#findings;
  }

  /** What decides in its state machine when it is running, and when it is ended to be restarted. */
  get options(): Pick<ManagedProcessOptions, 'ready' | 'watch'> {
    const { readiness, liveness, url, origin, prefix, timeout } = this.service;
    const options = { timeoutMs: timeout * 1000 };
    const answers: ManagedProcessOptions['ready'] = (child, signal) => waitForHttp(`${origin}${prefix}`, { ...options, signal, unless: child.exited });
    return {
      ...(readiness ? { ready: (_, signal) => this.#ready(readiness, signal) } : url && { ready: answers }),
      ...((readiness || liveness) && { watch: (_, signal) => this.#watch(signal) }),
    };
  }

  /** What was found is about a run that is over. */
  forget(): void {
    this.#findings = {};
    for (const probe of ['readiness', 'liveness']) serviceProbe.remove({ service: this.service.name, probe });
  }

  async #ready({ target, timing }: ProbeSpec, signal: AbortSignal): Promise<void> {
    const { name, timeout } = this.service;
    const healthy = probeUntil(true, this.#check(target), timing, { signal, seen: (state) => this.#note('readiness', state) });
    if (await settlesWithin(healthy, timeout * 1000)) return;
    const { problem } = this.#findings.readiness ?? {};
    throw new ProcessError('timeout', `cannot use service ${name}: not ready within ${timeout} s${problem === undefined ? '' : ` (${problem})`}`);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { readiness, liveness } = this.service;
    await Promise.all([readiness && this.#watchReadiness(readiness, signal), liveness && this.#watchLiveness(liveness, signal)]);
  }

  #watchLiveness({ target, timing }: ProbeSpec, signal: AbortSignal): Promise<never> {
    return requireHealthy(this.#check(target), timing, { signal, seen: (state) => this.#note('liveness', state) });
  }

  /** It only tells: a service that is not ready for a while is not restarted for that. */
  async #watchReadiness({ target, timing }: ProbeSpec, signal: AbortSignal): Promise<never> {
    const later = { ...timing, initialDelaySeconds: timing.periodSeconds };
    for (let healthy = false; ; healthy = !healthy) {
      await probeUntil(healthy, this.#check(target), later, { signal, seen: (state) => this.#note('readiness', state) });
    }
  }

  /** Until a threshold is reached, what was found before it holds. */
  #note(kind: ProbeKind, { healthy = this.#findings[kind]?.healthy, ...state }: ProbeState): void {
    this.#findings = { ...this.#findings, [kind]: { ...state, ...(healthy !== undefined && { healthy }), checked: new Date() } };
    if (healthy !== undefined) serviceProbe.set({ service: this.service.name, probe: kind }, healthy ? 1 : 0);
  }

  #check(target: ProbeSpec['target']): ProbeCheck {
    switch (target.kind) {
      case 'http':
        return httpCheck(target.url);
      case 'path':
        return httpCheck(`${this.service.origin}${target.path}`);
      case 'tcp':
        return tcpCheck(target.host, target.port);
      case 'exec':
        return async (signal) => execCheck({ command: target.command, ...(await this.launcher.surroundings(this.service)) })(signal);
    }
  }
}
