/** Looked for first: without one, most texts are done with at once. */
const AT = /@|\(at\)|\[at\]|\{at\}/i;

/** A name, an at, a host with a dot in it; also as people write it against robots. */
const ADDRESS =
  /[^\s@<>()[\]",;:]{1,64}\s?(?:@|\(at\)|\[at\]|\{at\})\s?((?:[\p{L}\d](?:[\p{L}\d-]{0,61}[\p{L}\d])?(?:\.|\s?(?:\(dot\)|\[dot\]|\{dot\})\s?)){1,10}\p{L}{2,})/giu;

/** `name@[192.0.2.1]` and quoted names. */
const RARE = /(?:[^\s@]@\[(?:\d{1,3}\.){3}\d{1,3}\])|(?:"[^"]{1,64}"@[\p{L}\d-]+\.\p{L}{2,})/u;

/** Pictures for sharp screens: `logo@2x.png`. */
const PICTURE = /^\dx\.[a-z]{2,5}$/i;

export function hasEmailAddress(text: string): boolean {
  if (!AT.test(text)) return false;
  if (RARE.test(text)) return true;
  for (const [, host = ''] of text.matchAll(ADDRESS)) if (!PICTURE.test(host)) return true;
  return false;
}
