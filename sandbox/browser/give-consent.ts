import { Browser, type Page } from './browser.js';

export interface Choices {
  /** As the sandbox calls it; without one the first. */
  account?: string;
  /** Which of several that the grant reaches, by its place in the list; without one the first. */
  choose?: string;
  signal?: AbortSignal;
}

/**
 * Goes the way that a person's browser goes: the link, the sandbox's consent page, which approves at once,
 * and back; then the choice of an account where there are several.
 *
 * @param link the `authorizeUrl` of a connection that was begun
 * @returns the page where it did not go on, or null
 */
export async function giveConsent(link: string, choices: Choices = {}): Promise<Page | null> {
  const browser = new Browser(choices.signal);
  const home = new URL(link);
  const end = await browser.open(link, {
    decision: 'approve',
    ...(choices.account === undefined ? {} : { account: choices.account }),
  });
  const isBack = end.url.origin === home.origin && end.url.href !== home.href;
  if (!isBack || !isFine(end)) return end;
  const [, action] = /<form method="post" action="([^"]+)"/.exec(end.text) ?? [];
  if (action === undefined) return null;
  const chosen = await browser.submit(new URL(action, home).href, {
    account: choices.choose ?? '0',
  });
  return isFine(chosen) ? null : chosen;
}

function isFine({ status }: Page): boolean {
  return status >= 200 && status < 300;
}
