const { xsrfToken } = document.documentElement.dataset;

/** Calls the REST API as the person logged in. `path` is absolute. Throws an Error that carries the hub's message. */
export async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: {
      Accept: 'application/json',
      'X-XSRFToken': xsrfToken,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  const data = text && (answer.headers.get('Content-Type') ?? '').includes('json') ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(data?.message ?? `The hub answered ${answer.status}.`);
  return { status: answer.status, data };
}

/** Shows what went wrong at the foot of the page. */
export function showProblem(error) {
  document.getElementById('problem-text').textContent = error instanceof TypeError ? 'The hub cannot be reached. Try again.' : error.message;
  document.getElementById('problem').hidden = false;
}

/** Runs `work` for a button, which does nothing meanwhile; on failure says why. A button that is disabled would lose the keyboard. */
export async function withButton(button, work) {
  if (button.ariaDisabled === 'true') return;
  button.ariaDisabled = 'true';
  try {
    await work();
  } catch (error) {
    showProblem(error);
  } finally {
    button.ariaDisabled = null;
  }
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
