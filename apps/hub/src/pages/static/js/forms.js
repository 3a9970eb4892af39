/** Shows that a form is on its way, and keeps an impatient second click from sending it twice. */
for (const form of document.querySelectorAll('form[method=post]')) {
  form.addEventListener('submit', () => {
    const button = form.querySelector('[data-busy-text]');
    if (!button) return;
    button.dataset.idleText = button.textContent;
    button.textContent = button.dataset.busyText;
    button.disabled = true;
  });
}

// a page that comes back from the browser's history still has the button as it was left
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('[data-idle-text]')) {
    button.textContent = button.dataset.idleText;
    button.disabled = false;
  }
});
