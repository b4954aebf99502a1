import { describe, expect, it } from 'vitest';
import { html } from './html.js';

describe('html', () => {
  it('escapes text and attributes, and not what is HTML already', () => {
    const name = `<b>"A" & 'B'</b>`;
    expect(html`<p title="${name}">${name} ${html`<i>${name}</i>`}</p>`.source).toBe(
      '<p title="&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;">' +
        '&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt; ' +
        '<i>&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;</i></p>',
    );
  });

  it('writes lists one after the other, zero as zero, and nothing for nothing', () => {
    expect(html`${[html`<li>1</li>`, html`<li>2</li>`]}${0}${null}${undefined}${false}`.source).toBe(
      '<li>1</li><li>2</li>0',
    );
  });
});
