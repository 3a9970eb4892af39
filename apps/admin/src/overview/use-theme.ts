import { useSyncExternalStore } from 'react';

const root = document.documentElement;

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(root, { attributes: true, attributeFilter: ['data-bs-theme'] });
  return () => observer.disconnect();
}

/** Light or dark: what is drawn has to be drawn anew when it changes. */
export const useTheme = (): string => useSyncExternalStore(subscribe, () => root.dataset.bsTheme ?? 'light');
