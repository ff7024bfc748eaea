import { type DynamicModule, Module } from '@nestjs/common';
import { ReadNames } from '../../control-plane/admin/show-tenant.js';
import { OwnerConfirmation as OwnerPort } from '../../control-plane/closure/owner-confirmation.js';
import { RotationNews } from '../../control-plane/keys/rotate-keys.js';
import { OwnerAddress } from '../../control-plane/provisioning/owner-address.js';
import { TenantAddresses } from '../../control-plane/reconciler/canonicalize-tenants.js';
import { CanonicalizeAddresses } from '../../data-plane/addresses/canonicalize-addresses.js';
import { SendAddressProof } from '../../data-plane/addresses/send-address-proof.js';
import { AccountSeed as SeedPort } from '../../control-plane/provisioning/account-seed.js';
import { StorageNews } from '../../control-plane/storage/measure-storage.js';
import { AuditLog } from '../../data-plane/audit/audit-log.js';
import { OrganizationRepository } from '../../data-plane/organization/organization.repository.js';
import { OwnerConfirmation } from '../../data-plane/passwords/owner-confirmation.js';
import { AccountSeed } from '../../data-plane/seed-account.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';

@Module({})
class PortsModule {}

/** What the control plane asks of the data plane: its ports, bound to what implements them. */
export function portsModule(foundation: DynamicModule, dataPlane: DynamicModule): DynamicModule {
  return {
    module: PortsModule,
    imports: [foundation, dataPlane],
    providers: [
      { provide: SeedPort, useExisting: AccountSeed },
      { provide: OwnerPort, useExisting: OwnerConfirmation },
      { provide: RotationNews, inject: [AuditLog, TenantKeys], useFactory: rotationNews },
      {
        provide: OwnerAddress,
        inject: [SendAddressProof],
        useFactory: (send: SendAddressProof): OwnerAddress => ({
          opened: (email, tenantId) => send.soon(email, tenantId),
        }),
      },
      { provide: TenantAddresses, useExisting: CanonicalizeAddresses },
      { provide: StorageNews, inject: [AuditLog], useFactory: storageNews },
      { provide: ReadNames, inject: [OrganizationRepository], useFactory: readNames },
    ],
    exports: [
      SeedPort,
      OwnerPort,
      OwnerAddress,
      TenantAddresses,
      RotationNews,
      StorageNews,
      ReadNames,
    ],
  };
}

function rotationNews(audit: AuditLog, keys: TenantKeys): RotationNews {
  return {
    rotated: async (dataKeyId) => {
      await keys.ready('to-seal');
      await audit.append({ action: 'keys.rotated', details: { dataKey: String(dataKeyId) } });
    },
  };
}

function storageNews(audit: AuditLog): StorageNews {
  return { reached: (level) => audit.append({ action: `storage.${level}` }) };
}

function readNames(organization: OrganizationRepository): ReadNames {
  return { names: () => organization.read() };
}
