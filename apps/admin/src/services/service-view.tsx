import { useQuery } from '@tanstack/react-query';
import type { Service, ServiceRun } from '#hub-client/client';
import { durationInWords } from '../format/time.js';
import { hub, may } from '../hub/hub.js';
import { LogView } from '../logs/log-view.js';
import type { LogSource } from '../logs/use-log.js';
import { Link } from '../routing/router.js';
import { Ago } from '../ui/ago.js';
import { Facts } from '../ui/facts.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { Section } from '../ui/section.js';
import { Words } from '../ui/words.js';
import { ServiceActions } from './service-actions.js';
import { HealthBadge, ServiceBadge } from './service-badges.js';
import { exitInWords, STATE_WORDS } from './service-state.js';

const logOf = (name: string): LogSource => ({
  read: (options) => hub.logs.ofService(name, options),
  follow: (seen, options) => hub.logs.followService(name, seen, options),
});

function runFacts(run: ServiceRun) {
  const { exit, schedule, health, start_limit } = run;
  const last = schedule?.last_run;
  const problems = [health.readiness, health.liveness].flatMap((probe) => probe?.problem ?? []);
  return {
    Why: run.reason,
    Since: <Ago at={run.since} />,
    'Waits for': run.waiting_for.join(', '),
    Health: health.status !== 'unknown' && (
      <>
        <HealthBadge run={run} /> {problems.join('; ')}
      </>
    ),
    Restarts: !schedule && `${run.restarts}${start_limit > 0 ? `; fails after ${start_limit} in a row` : ''}`,
    'Last end': exit && (
      <>
        {exitInWords(exit)}, <Ago at={exit.at} />
      </>
    ),
    Schedule: schedule && (
      <>
        <code>{schedule.cron}</code> {schedule.timezone}
      </>
    ),
    'Last run': last && (
      <>
        number {last.number}, begun <Ago at={last.started} /> ({last.cause})
        {last.duration_seconds === null ? ', under way' : `, took ${durationInWords(last.duration_seconds)}, ${exitInWords(last.exit)}`}
      </>
    ),
    [schedule ? 'Next run' : 'Next start']: run.next_start && <Ago at={run.next_start} />,
  };
}

function ServiceFacts({ service }: { service: Service }) {
  const { elara, pid, url, prefix, command, roles, admin } = service;
  return (
    <Facts
      facts={{
        State: <ServiceBadge run={elara} />,
        ...(elara && runFacts(elara)),
        Process: pid ? `pid ${pid}` : undefined,
        Address: prefix && url ? <a href={prefix}>{prefix}</a> : undefined,
        'Answers at': url && <code>{url}</code>,
        Command: command && command.length > 0 && <code>{command.join(' ')}</code>,
        Admin: admin ? 'yes' : undefined,
        Roles: roles && roles.length > 0 && <Words words={roles} />,
      }}
    />
  );
}

function Events({ events }: { events: ServiceRun['events'] }) {
  return (
    <Section title="What happened">
      <ol className="steps panel">
        {events.map(({ time, state, reason }) => (
          <li key={`${time} ${state}`}>
            <time dateTime={time}>{new Date(time).toLocaleString()}</time>
            <strong>{STATE_WORDS[state]}</strong>: {reason}
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** One service: how it is and why, what happened to it, and what it prints. */
export function ServiceView({ name }: { name: string }) {
  const query = useQuery({ queryKey: ['services', name], queryFn: ({ signal }) => hub.getService(name, { signal }) });
  return (
    <>
      <Heading title={name} before={<Link to={{ view: 'services' }}>Services</Link>}>
        {query.data && <ServiceActions service={query.data} />}
      </Heading>
      <Loaded query={query}>
        {(service) => (
          <>
            <ServiceFacts service={service} />
            {service.elara && service.elara.events.length > 0 && <Events events={service.elara.events} />}
            {service.elara && may('read:services:logs') && <LogView source={logOf(name)} id={name} />}
          </>
        )}
      </Loaded>
    </>
  );
}
