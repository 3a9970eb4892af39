import { type ReactNode, useId } from 'react';

/** A part of a view, with its heading and what can be done there. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="admin-section" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        {actions && <div className="row-actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
