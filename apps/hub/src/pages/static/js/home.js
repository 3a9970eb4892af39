import { call, pause, withButton } from './api.js';
import { keepUpToDate, refresh } from './live.js';

const home = document.querySelector('[data-user-api]');
const { userApi } = home.dataset;
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
    await refresh();
  });
});

/** What the hub takes for a name: small letters and digits with single hyphens, a letter first, 30 at most. */
function addressOf(name) {
  const plain = name.normalize('NFKD').toLowerCase().replace(/[\u0300-\u036f]/g, '');
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^[-0-9]+/, '').slice(0, 30).replace(/-$/, '');
}

document.getElementById('add-server')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const field = event.currentTarget.elements.namedItem('server');
  const name = field.value.trim();
  const address = addressOf(name);
  field.setCustomValidity(address ? '' : 'Please use a name with at least one of the letters a to z.');
  if (!field.reportValidity()) return;
  const shownAs = address === name ? '' : `?${new URLSearchParams({ display_name: name })}`;
  location.assign(event.currentTarget.dataset.spawnUrl + address + shownAs);
});
document.getElementById('new-server-name')?.addEventListener('input', ({ target }) => target.setCustomValidity(''));

/** Tells people who do not see the page how a server stands once that changes. */
const states = new Map();
function announceStates() {
  for (const card of home.querySelectorAll('[data-server-name]')) {
    const { serverName, state } = card.dataset;
    const before = states.get(serverName);
    states.set(serverName, state);
    if (before === undefined || before === state) continue;
    document.getElementById('live-status').textContent = `${card.querySelector('h2, h3').textContent}: ${card.querySelector('.state').textContent}`;
  }
}
announceStates();
document.addEventListener('refreshed', announceStates);

const { user } = document.documentElement.dataset;
keepUpToDate((event) => event.kind === 'server' && event.user === user);
