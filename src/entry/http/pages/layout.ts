import { html, type Html } from './html.js';

interface Layout {
  title: string;
  body: Html;
  /** A script of ours, by its path; pages without one run none. */
  script?: string;
}

/** The frame of every page. Nothing comes from another host, nothing is inline. */
export function layout({ title, body, script }: Layout): string {
  const head = script === undefined ? html`` : html`<script src="${script}" defer></script>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · NuMoon</title>
        <link rel="icon" href="/assets/moon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/site.css" />
        ${head}
      </head>
      <body>
        <header>
          <a class="brand" href="/"
            ><img src="/assets/moon.svg" alt="" width="32" height="32" />NuMoon</a
          >
        </header>
        <main>${body}</main>
        <footer>Every customer a database of its own.</footer>
      </body>
    </html>`.text;
}
