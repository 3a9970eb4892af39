// Runs before the first paint, so that no page flashes in the wrong theme.
{
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => {
    try {
      return localStorage.getItem('elara-theme');
    } catch {
      return null; // storage is refused in some private windows
    }
  };
  const apply = () => {
    root.dataset.bsTheme = chosen() ?? (dark.matches ? 'dark' : 'light');
  };
  const choose = (theme) => {
    root.dataset.bsTheme = theme;
    try {
      localStorage.setItem('elara-theme', theme);
    } catch {
      // the choice then lasts for this page only
    }
  };
  apply();
  dark.addEventListener('change', apply);

  const { baseUrl, prefix, user, adminAccess, optionsForm, xsrfToken } = root.dataset;
  window.jhdata = {
    base_url: baseUrl,
    prefix,
    user: user || undefined,
    admin_access: adminAccess === 'true',
    options_form: optionsForm === 'true',
    xsrf_token: xsrfToken,
  };

  addEventListener('DOMContentLoaded', () => {
    const toggle = document.getElementById('theme-toggle');
    if (toggle) {
      toggle.hidden = false;
      toggle.addEventListener('click', () => choose(root.dataset.bsTheme === 'dark' ? 'light' : 'dark'));
    }
    document.getElementById('problem-close')?.addEventListener('click', (event) => {
      event.target.parentElement.hidden = true;
    });
  });
}
