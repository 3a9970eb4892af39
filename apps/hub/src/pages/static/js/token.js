import { call, showProblem, withButton } from './api.js';
import { refresh } from './live.js';

const page = document.querySelector('[data-tokens-api]');
const { tokensApi } = page.dataset;
const form = document.getElementById('request-token-form');
const result = document.getElementById('token-result');
const choices = document.getElementById('scope-choices');

function showChoices() {
  choices.hidden = form.elements.namedItem('reach').value === 'all';
}
form.addEventListener('change', showChoices);
// a browser may come back to the form as it was left
showChoices();

/** undefined: all that the person may do. */
function chosenScopes() {
  if (choices.hidden) return undefined;
  const ticked = [...form.querySelectorAll('[name=scope]:checked')].map((box) => box.value);
  return [...ticked, ...document.getElementById('token-scopes').value.split(/\s+/).filter(Boolean)];
}

function request() {
  const seconds = document.getElementById('token-expiration-seconds').value;
  return {
    note: document.getElementById('token-note').value.trim() || 'Requested on the token page',
    expires_in: seconds ? Number(seconds) : null,
    scopes: chosenScopes(),
  };
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const button = event.submitter ?? form.querySelector('[type=submit]');
  void withButton(button, async () => {
    const { data } = await call('POST', tokensApi, request());
    result.textContent = data.token;
    const area = document.getElementById('token-area');
    area.hidden = false;
    area.scrollIntoView({ block: 'nearest' });
    document.getElementById('copy-token').textContent = 'Copy';
    await refresh();
  });
});

document.getElementById('copy-token').addEventListener('click', async ({ currentTarget: button }) => {
  try {
    await navigator.clipboard.writeText(result.textContent);
    button.textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(result);
    showProblem(new Error('The browser did not allow copying; the token is selected, copy it with the keyboard.'));
  }
});

const revoke = (row) => call('DELETE', `${tokensApi}/${row.dataset.tokenId}`);

page.addEventListener('click', ({ target }) => {
  const one = target.closest('.revoke-token-btn');
  const all = target.closest('.revoke-all-btn');
  if (one) {
    void withButton(one, async () => {
      await revoke(one.closest('[data-token-id]'));
      await refresh();
    });
  }
  if (!all || !confirm(`Revoke ${all.dataset.what}? What uses them stops working at once.`)) return;
  void withButton(all, async () => {
    for (const row of all.closest('section').querySelectorAll('[data-token-id]')) await revoke(row);
    await refresh();
  });
});
