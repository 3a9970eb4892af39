import './forms.js';

const form = document.getElementById('spawn_form');

/** Puts what was sent before back into a field; of several fields of one name, the first takes the first value, and so on. */
function fill(field, values, index) {
  if (field.type === 'radio' || field.type === 'checkbox') field.checked = values.includes(field.value);
  else if (field instanceof HTMLSelectElement) for (const option of field.options) option.selected = values.includes(option.value);
  else if (!['file', 'hidden', 'password', 'submit'].includes(field.type) && index < values.length) field.value = values[index];
}

if (form.dataset.typed) {
  const typed = JSON.parse(form.dataset.typed);
  const seen = new Map();
  for (const field of form.querySelectorAll('input[name], select[name], textarea[name]')) {
    const index = seen.get(field.name) ?? 0;
    seen.set(field.name, index + 1);
    // a box that is not ticked sends nothing
    if (Object.hasOwn(typed, field.name) || field.type === 'checkbox') fill(field, typed[field.name] ?? [], index);
  }
}
