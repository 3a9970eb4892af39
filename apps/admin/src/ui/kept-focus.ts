/**
 * Leads the focus to the heading when what had it is gone: the line of a user who was deleted, a button that does no more apply.
 * Browsers would begin again at the top of the page.
 */
export function keepFocus(root: HTMLElement): void {
  let last: Element | null = null;
  root.addEventListener('focusin', ({ target }) => (last = target as Element));
  new MutationObserver(() => {
    if (last === null || last.isConnected || document.activeElement !== document.body) return;
    last = null;
    root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }).observe(root, { childList: true, subtree: true });
}
