import { useQuery } from '@tanstack/react-query';
import { hub } from '../hub/hub.js';
import { Ago } from '../ui/ago.js';
import { Loaded } from '../ui/loaded.js';
import { Section } from '../ui/section.js';

/** Who saw a server in use, and whether a culler is going to stop it. */
export function CullingReport({ user, server }: { user: string; server: string }) {
  const query = useQuery({ queryKey: ['user', user, 'activity', server], queryFn: ({ signal }) => hub.culling.activity(user, server, { signal }) });
  return (
    <Section title="Stopped for want of use?">
      <Loaded query={query}>
        {({ text, freshness, verdicts }) => (
          <div className="panel">
            <p>{text}</p>
            <ul className="plain-list">
              {verdicts.map(({ culler, text: why, due }) => (
                <li key={culler}>
                  <strong>{culler}</strong>: {why}
                  {due && (
                    <>
                      {' '}
                      (at the earliest <Ago at={due} />)
                    </>
                  )}
                </li>
              ))}
            </ul>
            <p className="facts">{freshness}</p>
          </div>
        )}
      </Loaded>
    </Section>
  );
}
