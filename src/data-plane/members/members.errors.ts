import { AppError } from '../../kernel/app-error.js';

/** Says the same for an id that never was and for one of another tenant. */
export class MemberNotFoundError extends AppError {
  constructor() {
    super('member_not_found', 'There is no such member.');
  }
}

/** Somebody with this address has joined already. */
export class MemberExistsError extends AppError {
  constructor() {
    super('member_exists', 'Somebody with this e-mail address is a member already.', {
      fields: { field: 'email' },
    });
  }
}

/** Without an owner nobody could ever export, close or hand over the account. */
export class LastOwnerError extends AppError {
  constructor() {
    super('last_owner', 'This is the only owner. Make somebody else an owner first.');
  }
}

/** Unknown, used, expired, withdrawn, of another tenant, malformed: one answer. */
export class InvitationInvalidError extends AppError {
  constructor() {
    super('invitation_invalid', 'This invitation is not valid any more. Ask for a new one.');
  }
}
