import './times.js';
import { call, pause, showProblem, withButton } from './api.js';

const home = document.querySelector('[data-user-api]');
const userApi = home.dataset.userApi;
const serverApi = (name) => (name ? `${userApi}/servers/${encodeURIComponent(name)}` : `${userApi}/server`);

const actions = {
  async stop(name) {
    const { status } = await call('DELETE', serverApi(name));
    if (status === 202) await gone(name);
  },
  async delete(name) {
    await call('DELETE', serverApi(name), { remove: true });
  },
};

/** Waits, two minutes at most, until a server is neither running nor pending. */
async function gone(name) {
  for (const until = Date.now() + 120_000; Date.now() < until; await pause(1000)) {
    const { data } = await call('GET', userApi);
    const server = data.servers?.[name];
    if (!server || (!server.pending && !server.ready)) return;
  }
}

home.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-action]');
  if (!button) return;
  const { serverName } = button.closest('[data-server-name]').dataset;
  const { action } = button.dataset;
  if (action === 'delete' && !confirm(`Delete the server ${serverName}? This cannot be undone.`)) return;
  void withButton(button, async () => {
    button.textContent = action === 'delete' ? 'Deleting…' : 'Stopping…';
    await actions[action](serverName);
    location.reload();
  });
});

document.getElementById('add-server')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  location.assign(form.dataset.spawnUrl + encodeURIComponent(form.elements.namedItem('server').value));
});

/** While something starts or stops, looks every two seconds and shows the page anew once it has. */
async function watchPending() {
  const pending = () => home.querySelectorAll('[data-state=spawn],[data-state=stop],[data-state=check]');
  while (pending().length > 0) {
    await pause(2000);
    const { data } = await call('GET', userApi);
    const settled = [...pending()].some((card) => !data.servers?.[card.dataset.serverName]?.pending);
    if (settled) return location.reload();
  }
}

watchPending().catch(showProblem);
