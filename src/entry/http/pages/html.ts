/** Text that is HTML already. Made by `html` alone. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** A template whose every interpolation is escaped, unless it came out of `html` itself. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  const out = texts.map((text, at) => text + (at < parts.length ? render(parts[at] ?? '') : ''));
  return new Html(out.join(''));
}

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return (part as readonly Html[]).map(({ text }) => text).join('\n');
  return escapeHtml(String(part as string | number));
}
