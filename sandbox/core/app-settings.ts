/** An app as a provider's developer pages would show it. */
export interface AppSettings {
  /** Where the provider stands in; may hold `{host}`. */
  baseUrl: string;
  clientId: string;
  clientSecret: string;
  webhookSecrets: readonly string[];
}
