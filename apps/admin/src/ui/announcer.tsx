import { createContext, type ReactNode, use, useState } from 'react';

const Announce = createContext<(text: string) => void>(() => undefined);

/** Says something that has happened: shown for a while, and read out by screen readers. */
export const useAnnounce = () => use(Announce);

const SHOWN_MS = 6_000;

export function Announcer({ children }: { children: ReactNode }) {
  const [news, setNews] = useState<{ text: string; id: number }>();
  const announce = (text: string) => {
    const id = Date.now();
    setNews({ text, id });
    setTimeout(() => setNews((current) => (current?.id === id ? undefined : current)), SHOWN_MS);
  };
  return (
    <Announce value={announce}>
      {children}
      <div className="admin-news" role="status">
        {news && <p key={news.id}>{news.text}</p>}
      </div>
    </Announce>
  );
}
