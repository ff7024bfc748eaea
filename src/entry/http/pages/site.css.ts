/** The look of our pages, served as /assets/site.css. Contrast is at least 4.5:1 in both schemes. */
export const SITE_CSS = `:root {
  color-scheme: light dark;
  --paper: #f7f6f3;
  --card: #ffffff;
  --ink: #1c2230;
  --soft: #596174;
  --line: #dcdad3;
  --accent: #3f4fb5;
  --on-accent: #ffffff;
  --good: #1d6b43;
  --bad: #a3282d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1420;
    --card: #171e2d;
    --ink: #e8eaf0;
    --soft: #a3acc0;
    --line: #2b3447;
    --accent: #a9b4ff;
    --on-accent: #0f1420;
    --good: #7fd6a5;
    --bad: #ff9d9d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 46rem;
  min-height: 100vh;
  padding: 1.5rem 1.25rem 2rem;
  display: flex;
  flex-direction: column;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
html { background: var(--paper); }
main { flex: 1; }
header { margin-bottom: 2.5rem; }
footer { margin-top: 3rem; color: var(--soft); font-size: 0.9rem; }
a { color: var(--accent); }
.brand {
  display: inline-flex;
  align-items: center;
  gap: 0.6rem;
  color: inherit;
  font-weight: 650;
  font-size: 1.15rem;
  text-decoration: none;
}
h1 { margin: 0 0 0.5rem; font-size: clamp(1.7rem, 5vw, 2.3rem); line-height: 1.2; letter-spacing: -0.02em; }
h2 { margin: 2.75rem 0 0.75rem; font-size: 1.25rem; }
.lead { margin: 0 0 1.75rem; color: var(--soft); font-size: 1.1rem; max-width: 38rem; }
.facts { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 0 0 1.75rem; }
.facts dt { color: var(--soft); font-size: 0.85rem; }
.facts dd { margin: 0; font-weight: 600; }
.cards { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.cards a {
  display: block;
  padding: 0.9rem 1.1rem;
  border: 1px solid var(--line);
  border-radius: 0.75rem;
  background: var(--card);
  text-decoration: none;
}
.cards a:hover { border-color: var(--accent); }
.cards span { display: block; color: var(--soft); font-size: 0.92rem; }
.tour { margin: 0; padding-left: 1.3rem; }
.tour li { margin-bottom: 1.25rem; }
.tour p { margin: 0 0 0.5rem; }
pre {
  margin: 0;
  padding: 0.9rem 1.1rem;
  overflow-x: auto;
  border: 1px solid var(--line);
  border-radius: 0.75rem;
  background: var(--card);
  font: 0.86rem/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
form { max-width: 26rem; }
label { display: block; margin: 1.1rem 0 0.3rem; font-weight: 600; }
.check { display: flex; align-items: center; gap: 0.5rem; font-weight: 400; }
input:not([type='checkbox'], [type='radio']) {
  width: 100%;
  padding: 0.65rem 0.8rem;
  border: 1px solid var(--soft);
  border-radius: 0.5rem;
  background: var(--card);
  color: inherit;
  font: inherit;
}
input[aria-invalid] { border-color: var(--bad); }
button {
  margin-top: 1.4rem;
  padding: 0.65rem 1.4rem;
  border: 0;
  border-radius: 0.5rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:disabled { opacity: 0.6; cursor: progress; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { margin: 0.3rem 0 0; color: var(--soft); font-size: 0.9rem; }
.fault { margin: 0.3rem 0 0; color: var(--bad); font-size: 0.9rem; }
.fault:empty { display: none; }
fieldset.choices { margin: 0; padding: 0; border: 0; }
.choices legend { padding: 0; font-weight: 600; }
.choice {
  display: flex;
  align-items: baseline;
  gap: 0.75rem;
  margin: 0.5rem 0 0;
  padding: 0.75rem 1rem;
  border: 1px solid var(--line);
  border-radius: 0.75rem;
  background: var(--card);
  font-weight: 400;
  overflow-wrap: anywhere;
}
.choice small { color: var(--soft); }
.notice {
  max-width: 34rem;
  padding: 0.9rem 1.1rem;
  border: 1px solid var(--line);
  border-left: 4px solid var(--good);
  border-radius: 0.5rem;
  background: var(--card);
}
.notice:focus-visible { outline: none; }
.notice.bad { border-left-color: var(--bad); }
[hidden] { display: none !important; }
code.chip { padding: 0.1rem 0.4rem; border-radius: 0.3rem; background: var(--card); border: 1px solid var(--line); }
`;
