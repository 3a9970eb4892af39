import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { html, page, PAGE_POLICY } from './html.js';

describe('html', () => {
  it('escapes what is put in, once', () => {
    const name = `<script>"&'`;
    expect(html`<a href="${name}">${html`<b>${name}</b>`}${[html`${1}`, html`${2}`]}</a>`.source).toBe(
      '<a href="&lt;script&gt;&quot;&amp;&#39;"><b>&lt;script&gt;&quot;&amp;&#39;</b>12</a>',
    );
  });
});

describe('page', () => {
  it('has the one style sheet that its policy names, and no script', () => {
    const text = page('A <title>', [], html`<p>x</p>`);
    const style = /<style>([\s\S]*)<\/style>/.exec(text)![1]!;
    expect(PAGE_POLICY).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(text).toContain('<title>A &lt;title&gt;</title>');
    expect(text).not.toContain('<script');
  });
});
