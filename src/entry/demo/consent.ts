/**
 * Goes the way that a person's browser goes: our link, the sandbox's consent page, which approves at once,
 * and back; and takes the first account where there are several.
 *
 * @returns what went wrong, or null
 */
export async function giveConsent(link: string, signal: AbortSignal): Promise<string | null> {
  const cookies = new Map<string, string>();
  const open = async (url: string, form?: Record<string, string>): Promise<Response> => {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: {
        Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form === undefined ? {} : { Origin: new URL(url).origin }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = '', ...value] = (cookie.split(';')[0] ?? '').split('=');
      if (new URL(url).origin === new URL(link).origin) cookies.set(name, value.join('='));
    }
    return answer;
  };

  const begun = await open(link);
  const consent = begun.headers.get('location');
  if (consent === null) return `${begun.status} where the way to the provider begins`;
  const approved = await open(withDecision(consent));
  const back = approved.headers.get('location');
  if (back === null) return `${approved.status} on the consent page`;
  const end = await open(back);
  const page = await end.text();
  const [, action] = /<form method="post" action="([^"]+)"/.exec(page) ?? [];
  if (end.ok && action !== undefined) {
    const chosen = await open(new URL(action, link).href, { account: '0' });
    return chosen.ok ? null : `${chosen.status} where the account is chosen`;
  }
  return end.ok ? null : `${end.status} on the way back`;
}

function withDecision(consent: string): string {
  const url = new URL(consent);
  url.searchParams.set('decision', 'approve');
  return url.href;
}
