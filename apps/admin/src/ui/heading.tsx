import { type ReactNode, useEffect, useRef } from 'react';

let isFirstView = true;

/** The heading of a view. Who comes from another view is led here, as with a new page. */
export function Heading({ title, children, before }: { title: string; children?: ReactNode; before?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Admin`;
    if (!isFirstView) heading.current?.focus();
    isFirstView = false;
  }, [title]);
  return (
    <div className="admin-head">
      <div>
        {before && <p className="admin-way">{before}</p>}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
      </div>
      {children && <div className="admin-head-actions">{children}</div>}
    </div>
  );
}
