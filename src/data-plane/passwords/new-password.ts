import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '../../infrastructure/passwords/password-hasher.js';
import { passwordFault } from '../../infrastructure/passwords/password-policy.js';
import { OrganizationRepository } from '../organization/organization.repository.js';
import { PasswordRefusedError } from './password.errors.js';

/** Every password that a member chooses passes here. */
@Injectable()
export class NewPassword {
  constructor(
    private readonly organization: OrganizationRepository,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * The hash to store.
   *
   * @param field the field of the body it came in, for the error
   * @throws PasswordRefusedError
   */
  async hash(password: string, email: string, field: string): Promise<string> {
    const { name } = await this.organization.read();
    const fault = passwordFault(password, { email, organization: name });
    if (fault !== null) throw new PasswordRefusedError(fault, field);
    return this.hasher.hash(password);
  }
}
