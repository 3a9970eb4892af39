import { call, pause, withButton } from './api.js';

const MOST_LOG_LINES = 200;
const SILENCE_MS = 15_000;
const page = document.getElementById('spawn-pending');
const bar = document.getElementById('progress-bar');
const message = document.getElementById('progress-message');
const log = document.getElementById('progress-log');
const output = document.getElementById('server-log');
const began = Date.now();
let leaving = false;

function show(event) {
  if (event.progress !== undefined) bar.style.width = `${Number(event.progress)}%`;
  if (!event.message) return;
  message.textContent = event.message;
  // each move in the queue takes the place of the one before; a stream that comes back tells everything once more
  if (event.elara?.queue) log.querySelector('[data-queue]')?.remove();
  if ([...log.children].some((line) => line.dataset.message === event.message)) return;
  const line = document.createElement('li');
  line.dataset.message = event.message;
  if (event.elara?.queue) line.dataset.queue = event.elara.queue.position;
  const when = document.createElement('time');
  when.textContent = `${Math.round((Date.now() - began) / 1000)} s`;
  line.append(when, event.message);
  log.append(line);
}

/** This address leads on to the server once it is ready, and says why once it failed; it is opened as soon as the hub answers. */
async function lookAnew() {
  if (leaving) return;
  leaving = true;
  for (;;) {
    const answer = await fetch(location.href, { method: 'GET', redirect: 'manual' }).catch(() => undefined);
    // a redirect that is not followed has the status 0
    if (answer && (answer.status < 502 || answer.type === 'opaqueredirect')) break;
    message.textContent = 'The hub does not answer right now. Still trying…';
    await pause(2000);
  }
  location.reload();
}

let stream;
let heard = Date.now();

function follow() {
  stream?.close();
  heard = Date.now();
  stream = new EventSource(page.dataset.progressUrl);
  stream.addEventListener('message', ({ data }) => {
    heard = Date.now();
    const event = JSON.parse(data);
    show(event);
    if (!event.ready && !event.failed) return;
    stream.close();
    void lookAnew();
  });
  stream.addEventListener('error', ({ target }) => {
    // a dropped stream reconnects by itself; a refused one does not
    if (target.readyState === EventSource.CLOSED) setTimeout(lookAnew, 1000);
  });
}

follow();
// when the hub ends, the proxy in between leaves the stream open and silent
setInterval(() => {
  if (!leaving && Date.now() - heard > SILENCE_MS) follow();
}, 1000);

/** What the server itself writes, from now on. */
const lines = new EventSource(page.dataset.logUrl);
lines.addEventListener('message', ({ data }) => {
  const { lines: written = [] } = JSON.parse(data);
  if (written.length === 0) return;
  const kept = [...output.textContent.split('\n').filter(Boolean), ...written].slice(-MOST_LOG_LINES);
  output.textContent = kept.join('\n');
  document.getElementById('server-log-panel').hidden = false;
  output.scrollTop = output.scrollHeight;
});

document.getElementById('cancel-spawn').addEventListener('click', ({ currentTarget: button }) => {
  void withButton(button, async () => {
    leaving = true;
    button.textContent = 'Cancelling…';
    stream.close();
    await call('DELETE', page.dataset.serverApi).catch((error) => {
      leaving = false;
      setTimeout(lookAnew, 5000);
      throw error;
    });
    location.assign(page.dataset.homeUrl);
  });
});
