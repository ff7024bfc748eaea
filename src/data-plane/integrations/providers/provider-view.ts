import type { ProviderFacts } from '../../../connectors/kit/facts.js';
import type { Provider } from '../../../connectors/providers.js';
import type { ProviderFieldView, ProviderView } from './provider.dto.js';

/** What a tenant may know of a provider: all that its connector does, nothing of this installation's app. */
export function providerView({ id, connector, setup }: Provider): ProviderView {
  const { facts, metrics } = connector;
  const isKey = facts.auth.kind === 'key';
  return {
    id,
    name: facts.name,
    connectsBy: isKey ? 'key' : 'oauth',
    configured: isKey || (setup.clientId !== null && setup.clientSecret !== null),
    params: facts.params.map(({ name, title, pattern, example }) => {
      return { name, title, pattern, example, secret: false };
    }),
    credentials: credentialsOf(facts),
    scopes: {
      read: [...facts.scopes.read],
      optionalRead: [...facts.scopes.optionalRead],
      write: [...facts.scopes.write],
    },
    reads: [...facts.reads],
    neverReads: [...facts.neverReads],
    metrics: metrics.map(({ key, title, description, unit, dimensions }) => {
      return { key, title, description, unit, dimensions: [...dimensions] };
    }),
    actions: [],
  };
}

function credentialsOf({ auth }: ProviderFacts): ProviderFieldView[] {
  if (auth.kind !== 'key') return [];
  return auth.fields.map(({ name, title, pattern, secret }) => ({ name, title, pattern, secret }));
}
