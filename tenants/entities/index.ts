import { ApiKeyEntity } from './api-key.entity.js';
import { AuditEventEntity } from './audit-event.entity.js';
import { InvitationEntity } from './invitation.entity.js';
import { MemberEntity } from './member.entity.js';
import { OrganizationEntity } from './organization.entity.js';
import { PasswordResetEntity } from './password-reset.entity.js';
import { SessionEntity } from './session.entity.js';

/** Everything TypeORM knows of a tenant's database; `createTenantDataSource` takes this list. */
export const TENANT_ENTITIES = [
  OrganizationEntity,
  MemberEntity,
  InvitationEntity,
  PasswordResetEntity,
  SessionEntity,
  ApiKeyEntity,
  AuditEventEntity,
];
