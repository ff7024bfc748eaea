import { placeUrl } from '../../providers.js';
import type { Provider } from '../../providers.js';
import { checkUrl } from '../../../infrastructure/http-client/allowed-url.js';
import type { HttpClient } from '../../../infrastructure/http-client/http-client.js';
import { OutboundRefusedError } from '../../../infrastructure/http-client/http-client.errors.js';
import type { HttpAnswer, HttpRequest } from '../../../infrastructure/http-client/http-request.js';
import { pathTemplate } from '../../../infrastructure/http-client/path-template.js';
import { fillParams } from './fill-params.js';

/**
 * One request to a provider: for token and revoke URLs as for its API. The URL is the provider's own
 * and is held against its hosts; then it leads to where this installation has the provider.
 *
 * @param params of the connection; they stand in for `{param}` in the facts' hosts
 * @param hosts narrower than the facts' ones
 * @throws OutboundRefusedError and what `HttpClient.send` throws
 */
export async function sendToProvider(
  http: HttpClient,
  provider: Provider,
  request: Omit<HttpRequest, 'allow'>,
  options: { params?: Readonly<Record<string, string>>; hosts?: readonly string[] } = {},
): Promise<HttpAnswer> {
  const hosts = options.hosts ?? hostsOf(provider, options.params ?? {});
  const checked = checkUrl(request.url, { hosts, origin: null });
  if ('refused' in checked) throw refused(checked.refused, request);
  const { baseUrl } = provider.setup;
  if (baseUrl === null) {
    return http.send({ ...request, url: checked.url.href, allow: { hosts, origin: null } });
  }
  const url = placeUrl(provider.setup, checked.url.href);
  return http.send({ ...request, url, allow: { hosts: [], origin: originOf(baseUrl, request) } });
}

/** The facts' hosts with this connection's params put in; one whose param is missing is left out. */
export function hostsOf(
  { connector }: Provider,
  params: Readonly<Record<string, string>>,
): readonly string[] {
  return connector.facts.hosts.flatMap(
    (host) => fillParams(host, connector.facts.params, params) ?? [],
  );
}

/** `{host}` may stand in the base URL's path, never in its host: that would be no one origin. */
function originOf(baseUrl: string, request: { method: string; url: string }): string {
  if (!URL.canParse(baseUrl) || /^[a-z]+:\/\/[^/]*[{}]/.test(baseUrl)) {
    throw refused('base-url', request);
  }
  return new URL(baseUrl).origin;
}

function refused(rule: string, { method, url }: { method: string; url: string }): Error {
  const { hostname, pathname } = URL.canParse(url)
    ? new URL(url)
    : { hostname: '(not a URL)', pathname: '' };
  const path = pathTemplate(pathname).slice(0, 300);
  return new OutboundRefusedError(rule, { method, host: hostname.slice(0, 253), path });
}
