const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The sandbox cannot know on which port NuMoon runs, so an app is registered with the callback of its
 * provider on any port of this machine; nothing beside it is let through.
 */
export function isRegisteredRedirect(provider: string, text: string): boolean {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return false;
  }
  const isExact = text === `${url.origin}/oauth/callback/${provider}`;
  return isExact && LOOPBACK.has(url.hostname) && /^https?:$/.test(url.protocol);
}
