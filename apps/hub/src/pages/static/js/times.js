const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const elements = document.querySelectorAll('time[datetime]');

function inWords(moment) {
  const seconds = Math.round((moment - Date.now()) / 1000);
  const found = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  if (!found) return seconds > 0 ? 'in less than a minute' : 'just now';
  return relative.format(Math.trunc(seconds / found[1]), found[0]);
}

for (const element of elements) element.title = new Date(element.dateTime).toLocaleString();

// a page is left open for hours; "just now" must not stay
setInterval(() => {
  for (const element of elements) element.textContent = inWords(new Date(element.dateTime));
}, 30_000);
