import { createHash } from 'node:crypto';
import { STYLE } from './style.js';

/** Text that is HTML already. */
export class Html {
  constructor(readonly source: string) {}
}

type Part = string | number | Html | readonly Html[];

/** A template tag: everything put in is escaped, unless it is Html itself (or a list of it). */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((text, string, i) => text + markup(parts[i - 1]!) + string));
}

function markup(part: Part): string {
  if (part instanceof Html) return part.source;
  if (typeof part === 'object') return part.map((item) => item.source).join('');
  return escapeHtml(String(part));
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes text for element content and quoted attributes. */
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing is loaded from anywhere, nothing is run, and the one style sheet is known by its digest. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A whole page in the house's look. */
export function page(title: string, links: readonly Html[], content: Html): string {
  // between the style's tags stands exactly what the policy's digest is of
  const style = html`<style>${new Html(STYLE)}</style>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <header><strong>${title}</strong>${links}</header>
        <main>${content}</main>
      </body>
    </html> `.source;
}
