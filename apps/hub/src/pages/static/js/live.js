import { explainTimes } from './times.js';

const REOPEN_MS = 60_000;
const { baseUrl, xsrfToken } = document.documentElement.dataset;

/** What a part of the page shows, apart from how long ago things were. */
function shown(part) {
  const copy = part.cloneNode(true);
  for (const time of copy.querySelectorAll('time')) time.replaceWith(time.dateTime);
  return copy.innerHTML;
}

/** Where the keyboard is in a part, in a way that finds the place again in its next version. */
function placeOf(part) {
  const focused = document.activeElement;
  if (!part.contains(focused)) return undefined;
  const server = focused.closest('[data-server-name]')?.dataset.serverName;
  const place = server === undefined ? '' : `[data-server-name="${CSS.escape(server)}"] `;
  return { same: `${place}${focused.dataset.action ? `[data-action="${focused.dataset.action}"]` : `a.${[...focused.classList].join('.')}`}`, near: `${place}a, ${place}button` };
}

function replace(part, next) {
  const place = placeOf(part);
  part.replaceChildren(...next.childNodes);
  explainTimes(part);
  if (place) (part.querySelector(place.same) ?? part.querySelector(place.near))?.focus();
}

/** Puts the parts of the page marked `data-live` in the state that the hub shows now. */
export async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  // logged out elsewhere, or moved: the address leads to what to do
  if (answer.redirected) return location.reload();
  if (!answer.ok) throw new Error(`The hub answered ${answer.status}.`);
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of document.querySelectorAll('[data-live]')) {
    const other = next.querySelector(`[data-live="${part.dataset.live}"]`);
    if (other && shown(other) !== shown(part)) replace(part, other);
  }
  document.dispatchEvent(new Event('refreshed'));
}

let running = false;
let again = false;

/** Refreshes once at a time; who asks meanwhile gets one more afterwards. */
async function refreshInTurn() {
  again = true;
  if (running) return;
  running = true;
  while (again) {
    again = false;
    // what fails now, the next event or the next minute tries again
    await refresh().catch(() => undefined);
  }
  running = false;
}

/**
 * Keeps the page up to date while it is looked at, by the hub's events. The stream is opened anew every minute, and tells each time to
 * look at everything: when a hub ends, the proxy in between leaves its streams open and silent.
 * @param concerns whether an event is about something on this page
 */
export function keepUpToDate(concerns) {
  let stream;
  const close = () => stream?.close();
  const open = () => {
    close();
    // a browser has few connections for one hub, and many tabs
    if (document.hidden) return;
    stream = new EventSource(`${baseUrl}api/events?_xsrf=${encodeURIComponent(xsrfToken)}`);
    stream.addEventListener('message', ({ data }) => {
      const event = JSON.parse(data);
      if (event.kind === 'refresh' || concerns(event)) void refreshInTurn();
    });
    // a stream that is refused says nothing
    stream.addEventListener('error', ({ target }) => target.readyState === EventSource.CLOSED && void refreshInTurn());
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  addEventListener('pagehide', close);
  setInterval(open, REOPEN_MS);
  open();
}
