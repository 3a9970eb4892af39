import { html, page, type Html, type Visitor } from '#hub-client';
import { MAX_ANNOUNCEMENT, type Announcement } from './board.js';

/** What the board's page shows. */
export interface BoardPage {
  current: Announcement;
  visitor: Visitor;
  mayPost: boolean;
  /** Where the board's forms go. */
  prefix: string;
  hubHome: string;
}

export function boardPage({ current, visitor, mayPost, prefix, hubHome }: BoardPage): string {
  const links = [html`<a href="${hubHome}">Hub home</a>`, html`<span class="soft">${visitor.identity.name}</span>`];
  const content = html`<section class="card">${currentPart(current)}</section>
    ${mayPost ? editor(current, visitor.xsrf, prefix) : html``}`;
  return page('Announcement', links, content);
}

function currentPart({ announcement, user, timestamp }: Announcement): Html {
  if (!announcement)
    return html`<h1>No announcement</h1>
      <p class="soft">When there is news about this hub, it stands here.</p>`;
  return html`<h1>Current announcement</h1>
    <p class="text">${announcement}</p>
    <p class="soft">${user}, <time datetime="${timestamp}">${timestamp.slice(0, 16).replace('T', ' ')} UTC</time></p>`;
}

function editor(current: Announcement, xsrf: string, prefix: string): Html {
  const clear = html`<form method="post" action="${prefix}">
    <input type="hidden" name="_xsrf" value="${xsrf}" /> <button class="plain" name="action" value="clear">Take it down</button>
  </form>`;
  return html`<section class="card">
    <h2>Post an announcement</h2>
    <form method="post" action="${prefix}">
      <input type="hidden" name="_xsrf" value="${xsrf}" />
      <textarea name="announcement" maxlength="${MAX_ANNOUNCEMENT}" required aria-label="Announcement">
${current.announcement}</textarea>
      <p class="soft">Plain text. It replaces the current one, and everybody can read it, logged in or not.</p>
      <button name="action" value="post">Post</button>
    </form>
    ${current.announcement ? clear : html``}
  </section>`;
}
