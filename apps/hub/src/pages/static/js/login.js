import './forms.js';

const password = document.getElementById('password_input');
const show = document.getElementById('show-password');
if (password && show) {
  show.hidden = false;
  show.addEventListener('click', () => {
    const visible = password.type === 'password';
    password.type = visible ? 'text' : 'password';
    show.textContent = visible ? 'Hide' : 'Show';
    show.setAttribute('aria-pressed', String(visible));
    password.focus();
  });
  // so that a browser stores the field as a password
  password.form?.addEventListener('submit', () => {
    password.type = 'password';
  });
}

const warning = document.getElementById('insecure-login-warning');
if (warning && !window.isSecureContext) warning.hidden = false;
