import type { Tenancy } from '../../tenancy/tenancy.js';
import { TenantFence } from './tenant-fence.js';
import { ClosureNotConfirmedError } from './closure.errors.js';
import type { ClosureLink } from './closure-link.js';
import type { OwnerConfirmation } from './owner-confirmation.js';
import type { RequestClosure } from './request-closure.js';

export interface ClosureAnswer {
  closureId: string;
  statusUrl: string;
  purgeAt: string;
}

/** An owner closes the account: prove that they mean it, fence, and hand out the link that outlives it. */
export class CloseOwnAccount {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly confirmation: OwnerConfirmation,
    private readonly closures: RequestClosure,
    private readonly fence: TenantFence,
    private readonly link: ClosureLink,
  ) {}

  /** @throws ClosureNotConfirmedError */
  async execute(input: {
    confirm: string;
    password: string;
    graceDays?: number;
  }): Promise<ClosureAnswer> {
    const { tenant, actor } = this.tenancy.current();
    if (input.confirm !== (await this.confirmation.organizationSlug())) {
      throw new ClosureNotConfirmedError('slug');
    }
    if (!(await this.confirmation.confirmOwner({ password: input.password, actor }))) {
      throw new ClosureNotConfirmedError('password');
    }
    const closure = await this.closures.execute(tenant.id, 'owner', input.graceDays);
    await this.fence.raise(tenant.id, closure.purgeAt);
    return closureAnswer(closure, this.link);
  }
}

export function closureAnswer(
  closure: { closureId: string; purgeAt: Date },
  link: ClosureLink,
): ClosureAnswer {
  return {
    closureId: closure.closureId,
    statusUrl: link.statusUrl(closure.closureId),
    purgeAt: closure.purgeAt.toISOString(),
  };
}
