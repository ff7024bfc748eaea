import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { Credentials } from '../tenancy/access.js';
import { AccessChanges } from './access/access-changes.js';
import { AccountsRepository } from './access/accounts.repository.js';
import { CredentialsRepository } from './access/credentials.repository.js';
import { FindAccount } from './access/find-account.js';
import { IdentityCache } from './access/identity-cache.js';
import { SessionsRepository } from './access/sessions.repository.js';
import { Invitations, PasswordResets } from './access/single-use-links.repository.js';
import { TenantCredentials } from './access/tenant-credentials.js';
import { TenantDoors } from './access/tenant-doors.js';
import { AddressesController } from './addresses/addresses.controller.js';
import { CanonicalizeAddresses } from './addresses/canonicalize-addresses.js';
import { CompleteAddressProof } from './addresses/complete-address-proof.js';
import { RequestAddressProof } from './addresses/request-address-proof.js';
import { SendAddressProof } from './addresses/send-address-proof.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { CreateApiKey } from './api-keys/create-api-key.js';
import { ListApiKeys } from './api-keys/list-api-keys.js';
import { RevokeApiKey } from './api-keys/revoke-api-key.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditLog } from './audit/audit-log.js';
import { ReadAuditLog } from './audit/read-audit-log.js';
import { ReportTampering } from './audit/report-tampering.js';
import { BackgroundWork } from './background-work.js';
import {
  CONNECT_PAGES,
  INTEGRATION_CONTROLLERS,
  INTEGRATIONS,
} from './integrations/integrations.providers.js';
import { KeyedTransaction } from './keyed-transaction.js';
import { AcceptInvitation } from './members/accept-invitation.js';
import { ChangeMember } from './members/change-member.js';
import { InvitationsController } from './members/invitations.controller.js';
import { InviteMember } from './members/invite-member.js';
import { IssueInvitation } from './members/issue-invitation.js';
import { ListMembers } from './members/list-members.js';
import { MembersController } from './members/members.controller.js';
import { MembersRepository } from './members/members.repository.js';
import { RemoveMember } from './members/remove-member.js';
import { ChangeOrganization } from './organization/change-organization.js';
import { MetricStore } from './metrics/store/metric-store.js';
import { ListMetrics } from './metrics/catalogue/list-metrics.js';
import { MetricCatalogue } from './metrics/catalogue/metric-catalogue.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { IntegrationFacts } from './metrics/query/integration-facts.js';
import { QueryMetrics } from './metrics/query/query-metrics.js';
import { StoredIntegrationFacts } from './metrics/query/stored-integration-facts.js';
import { OrganizationController } from './organization/organization.controller.js';
import { OrganizationRepository } from './organization/organization.repository.js';
import { ReadOrganization } from './organization/read-organization.js';
import { ChangePassword } from './passwords/change-password.js';
import { CheckPassword } from './passwords/check-password.js';
import { CompletePasswordReset } from './passwords/complete-password-reset.js';
import { ConfirmPassword } from './passwords/confirm-password.js';
import { IssuePasswordReset } from './passwords/issue-password-reset.js';
import { KeysInReach } from './passwords/keys-in-reach.js';
import { NewPassword } from './passwords/new-password.js';
import { OwnerConfirmation } from './passwords/owner-confirmation.js';
import { PasswordThrottle } from './passwords/password-throttle.js';
import { PasswordsController } from './passwords/passwords.controller.js';
import { ReplacePassword } from './passwords/replace-password.js';
import { RequestPasswordReset } from './passwords/request-password-reset.js';
import { AccountSeed } from './seed-account.js';
import { BeginSession } from './sign-in/begin-session.js';
import { BrowserCookie } from './sign-in/browser-cookie.js';
import { KnownBrowsers } from './sign-in/known-browsers.js';
import { LogIn } from './sign-in/log-in.js';
import { LogOut } from './sign-in/log-out.js';
import { MatchPassword } from './sign-in/match-password.js';
import { OpenSession } from './sign-in/open-session.js';
import { SessionCookie } from './sign-in/session-cookie.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { UpgradeHash } from './sign-in/upgrade-hash.js';
import { WhoAmI } from './sign-in/who-am-i.js';
import { SYNC, SYNC_CONTROLLERS } from './sync/sync.providers.js';
import { BROKER } from './tokens/broker.providers.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WEBHOOKS } from './webhooks/webhooks.providers.js';

const ACCESS = [
  IdentityCache,
  AccessChanges,
  CredentialsRepository,
  TenantCredentials,
  { provide: Credentials, useExisting: TenantCredentials },
  TenantDoors,
  AccountsRepository,
  FindAccount,
  SessionsRepository,
  Invitations,
  PasswordResets,
];

const SIGN_IN = [
  LogIn,
  LogOut,
  MatchPassword,
  BeginSession,
  OpenSession,
  SessionCookie,
  KnownBrowsers,
  BrowserCookie,
  UpgradeHash,
  WhoAmI,
];

const ADDRESSES = [
  SendAddressProof,
  RequestAddressProof,
  CompleteAddressProof,
  CanonicalizeAddresses,
];

const PASSWORDS = [
  CheckPassword,
  PasswordThrottle,
  ConfirmPassword,
  NewPassword,
  ReplacePassword,
  ChangePassword,
  IssuePasswordReset,
  RequestPasswordReset,
  CompletePasswordReset,
  KeysInReach,
  OwnerConfirmation,
];

const MEMBERS = [
  MembersRepository,
  ListMembers,
  IssueInvitation,
  InviteMember,
  AcceptInvitation,
  ChangeMember,
  RemoveMember,
];

const API_KEYS = [ApiKeysRepository, ListApiKeys, CreateApiKey, RevokeApiKey];

const ORGANIZATION = [OrganizationRepository, ReadOrganization, ChangeOrganization];

const METRICS = [
  MetricCatalogue,
  ListMetrics,
  { provide: IntegrationFacts, useClass: StoredIntegrationFacts },
  QueryMetrics,
];

const AUDIT = [AuditLog, ReadAuditLog, ReportTampering];

/** What tenants' own people and programs do: members, keys, sessions, the organisation, its log. */
@Module({})
export class DataPlaneModule {
  /**
   * @param outside modules that provide what this plane needs and does not build: `Tenancy`,
   *   `TenantDirectory`, `TenantDatabase`, `TenantKeys`, TypeORM's `DataSource`, `ChangeFeed`, `PasswordHasher`,
   *   `Mailer`, `AttemptLimits`, `DataPlaneSettings`, `SecretStore`, `Providers`, `HttpClient`, `Budgets`,
   *   and its ports `AccessNews`, `SignInDirectory`, `AddressProofs`, `SlugDirectory`, `ProviderAccountDirectory`,
   *   `SyncSchedule` and `GrantNews`
   */
  static with(...outside: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: DataPlaneModule,
      imports: outside,
      controllers: [
        SignInController,
        PasswordsController,
        AddressesController,
        MembersController,
        InvitationsController,
        ApiKeysController,
        OrganizationController,
        AuditController,
        ...INTEGRATION_CONTROLLERS,
        ...SYNC_CONTROLLERS,
        MetricsController,
        WebhooksController,
      ],
      providers: [
        ...ACCESS,
        ...SIGN_IN,
        ...ADDRESSES,
        ...PASSWORDS,
        ...MEMBERS,
        ...API_KEYS,
        ...ORGANIZATION,
        ...AUDIT,
        ...INTEGRATIONS,
        ...BROKER,
        ...SYNC,
        ...WEBHOOKS,
        ...METRICS,
        MetricStore,
        BackgroundWork,
        KeyedTransaction,
        AccountSeed,
      ],
      exports: [
        ...CONNECT_PAGES,
        Credentials,
        AccountSeed,
        OwnerConfirmation,
        SendAddressProof,
        CanonicalizeAddresses,
        AuditLog,
        ReportTampering,
        OrganizationRepository,
      ],
    };
  }
}
