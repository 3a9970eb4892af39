import { html, page, type Html } from '#hub-client';
import type { Entry } from './folder.js';

/** What every page of the server shows around its content. */
export interface Frame {
  /** The owner of the server. */
  user: string;
  serverName: string;
  /** Who looks at it. */
  visitor: string;
  /** The path below which the server answers. */
  prefix: string;
  /** The hub's `H` for browsers, e.g. `/hub/`. */
  hubUrl: string;
}

export interface FolderPage {
  parts: readonly string[];
  entries: readonly Entry[];
  truncated: boolean;
}

export function folderPage(frame: Frame, { parts, entries, truncated }: FolderPage): string {
  const greeting = html`<h1>Hello ${frame.visitor}</h1>
    <p>${whose(frame)} It shows files and changes none: with Jupyter on this machine, the hub would start notebooks here.</p>`;
  const rows = entries.map((entry) => row(frame, parts, entry));
  const table = html`<table>
    <thead>
      <tr>
        <th>Name</th>
        <th>Size</th>
        <th>Changed (UTC)</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
  return around(
    frame,
    html`${parts.length ? html`` : html`<section class="card">${greeting}</section>`}
      <section class="card">
        <h2>${trail(frame, parts)}</h2>
        ${entries.length ? table : html`<p class="soft">This folder is empty.</p>`}
        ${truncated ? html`<p class="soft">There are more files than are shown.</p>` : html``}
      </section>`,
  );
}

/** @param text the file's beginning; `complete` says whether it is all of it */
export function filePage(frame: Frame, parts: readonly string[], text: string, complete: boolean): string {
  const download = html`<p><a href="${filesUrl(frame, parts)}?download=1" download>Download</a></p>`;
  return around(
    frame,
    html`<section class="card">
      <h2>${trail(frame, parts)}</h2>
      ${download}
      <pre>${text}</pre>
      ${complete ? html`` : html`<p class="soft">The file goes on; the download has all of it.</p>`}
    </section>`,
  );
}

/** The URL path of something below the root. */
export const filesUrl = ({ prefix }: Pick<Frame, 'prefix'>, parts: readonly string[]): string =>
  `${prefix}files/${parts.map(encodeURIComponent).join('/')}`;

function around({ hubUrl, serverName, user }: Frame, content: Html): string {
  const links = [html`<a href="${hubUrl}home">Hub home</a>`, html`<a href="${hubUrl}logout">Log out</a>`];
  return page(serverName ? `${user}: ${serverName}` : `${user}’s server`, links, content);
}

const whose = ({ serverName, user, visitor }: Frame) =>
  user === visitor ? html`This is your server${serverName && ` ${serverName}`}.` : html`This is the server of ${user}.`;

function trail(frame: Frame, parts: readonly string[]): Html {
  const steps = parts.map((name, i) => html` / <a href="${filesUrl(frame, parts.slice(0, i + 1))}">${name}</a>`);
  return html`<a href="${frame.prefix}">Files</a>${steps}`;
}

function row(frame: Frame, parts: readonly string[], { kind, modified, name, size }: Entry): Html {
  const label = kind === 'folder' ? `${name}/` : name;
  const link = kind === 'other' ? html`${label}` : html`<a href="${filesUrl(frame, [...parts, name])}">${label}</a>`;
  const changed = modified.toISOString().slice(0, 16).replace('T', ' ');
  return html`<tr>
    <td>${link}</td>
    <td>${kind === 'file' ? bytes(size) : ''}</td>
    <td>${changed}</td>
  </tr>`;
}

/** A size as people read it. */
function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(size, 1)) / 3));
  return `${step ? (size / 1000 ** step).toFixed(1) : size} ${units[step]}`;
}
