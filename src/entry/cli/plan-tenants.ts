import { CreateTenantDto } from '../../control-plane/admin/admin.dto.js';
import type { CreateTenantRequest } from '../../control-plane/admin/create-tenant.js';
import { REGIONS } from '../../control-plane/provisioning/signup.dto.js';
import type { Isolation } from '../../tenancy/tenant-record.js';
import type { FieldProblem } from '../http/problem/problem.js';
import { ValidationFailedError } from '../http/validation-errors.js';
import { EdgeValidationPipe } from '../http/validation.pipe.js';
import { UsageError } from './usage.error.js';

interface Wanted {
  count: number;
  organization: string;
  ownerName: string;
  ownerEmail: string;
  isolation: Isolation;
}

const OPTION_OF: Record<string, string> = {
  organization: '--organization',
  'owner.name': '--owner-name',
  'owner.email': '--owner-email',
};

/**
 * The accounts to open, each checked by the rules of the HTTP API before the first is begun: a suffix
 * may make a name too long.
 *
 * @throws UsageError
 */
export async function planTenants(wanted: Wanted): Promise<CreateTenantRequest[]> {
  const pipe = new EdgeValidationPipe();
  const requests: CreateTenantRequest[] = [];
  for (let number = 1; number <= wanted.count; number += 1) {
    requests.push(await checked(pipe, wanted, wanted.count === 1 ? null : number));
  }
  return requests;
}

async function checked(
  pipe: EdgeValidationPipe,
  { organization, ownerName, ownerEmail, isolation }: Wanted,
  number: number | null,
): Promise<CreateTenantRequest> {
  const body = {
    organization: number === null ? organization : `${organization.trim()} ${number}`,
    owner: { name: ownerName, email: number === null ? ownerEmail : plus(ownerEmail, number) },
  };
  try {
    const metadata = { type: 'body', metatype: CreateTenantDto } as const;
    const { organization, owner } = (await pipe.transform(body, metadata)) as CreateTenantDto;
    return {
      organization,
      owner: { name: owner.name, email: owner.email },
      isolation,
      region: REGIONS[0],
    };
  } catch (error) {
    if (error instanceof ValidationFailedError) throw new UsageError(faults(error));
    throw error;
  }
}

/** ada@example.com becomes ada+3@example.com, which the same person reads. */
function plus(address: string, number: number): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? address : `${address.slice(0, at)}+${number}${address.slice(at)}`;
}

function faults(error: ValidationFailedError): string {
  return (error.fields['errors'] as FieldProblem[])
    .map(({ path, message }) => `${OPTION_OF[path] ?? path} ${message}.`)
    .join('\n');
}
