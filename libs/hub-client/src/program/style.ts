/** The one style sheet of pages that services show; its digest stands in their policy. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1c2330; --soft: #5d6675; --line: #d9dee6; --paper: #fff; --ground: #f3f5f8; --accent: #c2410c;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ef; --soft: #9aa3b2; --line: #333b49; --paper: #1b212c; --ground: #12161d; --accent: #fb923c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; padding: .9rem 1.5rem; }
header { background: var(--paper); border-bottom: 1px solid var(--line); }
header strong { margin-right: auto; font-size: 1.1rem; }
main { max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
.card { padding: 1.25rem 1.5rem; margin-bottom: 1.25rem; overflow-x: auto; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; }
h1 { font-size: 1.5rem; margin: 0 0 .75rem; }
h2 { font-size: 1.1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
p:last-child { margin-bottom: 0; }
a { color: var(--accent); }
.soft { color: var(--soft); font-size: .9rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
td, th { text-align: left; padding: .4rem .5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
td:nth-child(n+2), th:nth-child(n+2) { text-align: right; white-space: nowrap; color: var(--soft); }
tr:last-child td { border-bottom: 0; }
pre { margin: 0; font: .875rem/1.5 ui-monospace, monospace; }
textarea { width: 100%; min-height: 7rem; padding: .6rem; font: inherit; color: inherit; }
textarea { background: var(--ground); border: 1px solid var(--line); border-radius: .4rem; }
form { margin: .5rem 0 0; }
button { font: inherit; padding: .45rem 1.1rem; border: 1px solid var(--accent); border-radius: .4rem; cursor: pointer; }
button { background: var(--accent); color: var(--paper); }
button.plain { background: none; color: var(--accent); }
:is(button, a, textarea):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;
