import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { html } from '../../src/entry/http/pages/html.js';
import { createEdge, type Edge } from './support/edge-app.js';

let edge: Edge;
beforeAll(async () => {
  edge = await createEdge([]);
});
afterAll(() => edge.app.close());

describe('a page', () => {
  it.each(['/', '/join', '/reset-password', '/verify-email', '/problems/validation_failed'])(
    '%s takes nothing from elsewhere and runs nothing inline',
    async (url) => {
      const page = await edge.call({ url });
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      const policy = page.headers['content-security-policy'];
      expect(policy).toContain("script-src 'self';style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(page.headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'x-frame-options': 'DENY',
      });
      expect(page.body).not.toMatch(/<style|style="|onclick=|<script>/);
      for (const [, asset] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
        expect([asset, (await edge.call({ url: asset ?? '' })).statusCode]).toEqual([asset, 200]);
      }
    },
  );

  it('tells what runs here and shows commands with the address it was asked at', async () => {
    const { body } = await edge.call({ url: '/', headers: { host: 'numoon.test:8080' } });
    expect(body).toContain('0.0.0-test');
    expect(body).toContain('embedded PostgreSQL');
    expect(body).toContain('curl -s http://numoon.test:8080/v1/signup');
  });

  it('escapes a host that is none', async () => {
    const answer = await edge.call({ url: '/', headers: { host: 'a"><script>alert(1)</script>' } });
    expect(answer.body).not.toContain('<script>alert');
  });

  it('never asks the server for the token of its link', async () => {
    const script = (await edge.call({ url: '/assets/secret-form.js' })).body;
    expect(script).toContain('location.hash');
    expect(script).not.toMatch(/location\.search|console\.|localStorage|https?:/);
  });

  it('of a code that does not exist is not there', async () => {
    expect((await edge.call({ url: '/problems/nonsense' })).json()).toMatchObject({ status: 404 });
    expect((await edge.call({ url: '/problems/constructor' })).statusCode).toBe(404);
  });
});

describe('a file', () => {
  it('is not sent again while it is the same', async () => {
    const first = await edge.call({ url: '/assets/site.css' });
    const etag = String(first.headers.etag);
    const second = await edge.call({
      url: '/assets/site.css',
      headers: { 'if-none-match': etag },
    });
    expect(second.statusCode).toBe(304);
    expect(second.body).toBe('');
  });

  it.each(['/assets/constructor', '/assets/..%2f..%2fpackage.json', '/assets/site.css.map'])(
    '%s is not there',
    async (url) => {
      expect((await edge.call({ url })).statusCode).toBe(404);
    },
  );
});

describe('html', () => {
  it('escapes whatever it is given, unless it made it itself', () => {
    const evil = `"><script>alert('x')</script>&`;
    expect(html`<a title="${evil}">${[html`<b>${evil}</b>`]}</a>`.text).toBe(
      '<a title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">' +
        '<b>&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</b></a>',
    );
  });
});
