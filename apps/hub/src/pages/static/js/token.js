import './times.js';
import { call, showProblem, withButton } from './api.js';

const { tokensApi } = document.querySelector('[data-tokens-api]').dataset;
const result = document.getElementById('token-result');

function request() {
  const scopes = document.getElementById('token-scopes').value.split(/\s+/).filter(Boolean);
  const seconds = document.getElementById('token-expiration-seconds').value;
  return {
    note: document.getElementById('token-note').value.trim() || 'Requested on the token page',
    expires_in: seconds ? Number(seconds) : null,
    ...(scopes.length > 0 ? { scopes } : {}),
  };
}

document.getElementById('request-token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const button = event.submitter ?? event.currentTarget.querySelector('[type=submit]');
  void withButton(button, async () => {
    const { data } = await call('POST', tokensApi, request());
    result.textContent = data.token;
    const area = document.getElementById('token-area');
    area.hidden = false;
    area.scrollIntoView({ block: 'nearest' });
    button.disabled = false;
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

for (const button of document.querySelectorAll('.revoke-token-btn')) {
  button.addEventListener('click', () => {
    const row = button.closest('[data-token-id]');
    void withButton(button, async () => {
      await call('DELETE', `${tokensApi}/${row.dataset.tokenId}`);
      row.remove();
    });
  });
}
