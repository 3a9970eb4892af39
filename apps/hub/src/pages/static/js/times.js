const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
function inWords(moment) {
  const seconds = Math.round((moment - Date.now()) / 1000);
  const found = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  if (!found) return seconds > 0 ? 'in less than a minute' : 'just now';
  return relative.format(Math.trunc(seconds / found[1]), found[0]);
}

/** Says in a tooltip when it was to the minute, in the person's own time. */
export function explainTimes(root) {
  for (const element of root.querySelectorAll('time[datetime]')) element.title = new Date(element.dateTime).toLocaleString();
}

explainTimes(document);

// a page is left open for hours; "just now" must not stay
setInterval(() => {
  for (const element of document.querySelectorAll('time[datetime]')) element.textContent = inWords(new Date(element.dateTime));
}, 30_000);
