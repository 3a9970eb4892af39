import { call, withButton } from './api.js';

const page = document.getElementById('spawn-pending');
const bar = document.getElementById('progress-bar');
const message = document.getElementById('progress-message');
const log = document.getElementById('progress-log');
const began = Date.now();
let cancelled = false;

function show(event) {
  if (event.progress !== undefined) bar.style.width = `${Number(event.progress)}%`;
  if (!event.message || log.lastElementChild?.dataset.message === event.message) return;
  message.textContent = event.message;
  // each move in the queue takes the place of the one before
  if (event.elara?.queue && log.lastElementChild?.dataset.queue) log.lastElementChild.remove();
  const line = document.createElement('li');
  line.dataset.message = event.message;
  if (event.elara?.queue) line.dataset.queue = event.elara.queue.position;
  const when = document.createElement('time');
  when.textContent = `${Math.round((Date.now() - began) / 1000)} s`;
  line.append(when, event.message);
  log.append(line);
}

function reloadSoon(milliseconds) {
  setTimeout(() => {
    if (!cancelled) location.reload();
  }, milliseconds);
}

const stream = new EventSource(page.dataset.progressUrl);
stream.addEventListener('message', ({ data }) => {
  const event = JSON.parse(data);
  show(event);
  // this address leads on to the server once it is ready, and says why once it failed
  if (event.ready || event.failed) {
    stream.close();
    reloadSoon(0);
  }
});
stream.addEventListener('error', () => {
  // a dropped stream reconnects by itself; a refused one does not
  if (stream.readyState === EventSource.CLOSED) reloadSoon(3000);
});

document.getElementById('cancel-spawn').addEventListener('click', ({ currentTarget: button }) => {
  void withButton(button, async () => {
    cancelled = true;
    button.textContent = 'Cancelling…';
    stream.close();
    await call('DELETE', page.dataset.serverApi).catch((error) => {
      cancelled = false;
      reloadSoon(5000);
      throw error;
    });
    location.assign(page.dataset.homeUrl);
  });
});
