import type { Actor, Role } from '../../../src/tenancy/tenancy.js';
import { randomWord } from '../../../src/kernel/ids.js';
import { TenantCredentials } from '../../../src/data-plane/access/tenant-credentials.js';
import { AcceptInvitation } from '../../../src/data-plane/members/accept-invitation.js';
import { InviteMember } from '../../../src/data-plane/members/invite-member.js';
import { BackgroundWork } from '../../../src/data-plane/background-work.js';
import { RequestPasswordReset } from '../../../src/data-plane/passwords/request-password-reset.js';
import { LogIn } from '../../../src/data-plane/sign-in/log-in.js';
import { TenantDatabase } from '../../../src/tenancy/tenant-database.js';
import type { Account } from './open-account.js';
import type { DataPlane } from './start-data-plane.js';

export const MEMBER_PASSWORD = 'three herons in the reeds';

export interface Person {
  id: string;
  email: string;
  actor: Extract<Actor, { kind: 'member' }>;
}

/** Invites somebody; the token of the link. */
export async function invite(plane: DataPlane, account: Account, role: Role, email?: string) {
  const address = email ?? `p-${randomWord(10)}@example.com`;
  const member = await plane.as(account.tenant, account.owner, () =>
    plane.get(InviteMember).execute({ email: address, role }),
  );
  return { id: member.id, email: address, token: plane.mailer.lastToken() };
}

/** Somebody who was invited and has joined. */
export async function join(plane: DataPlane, account: Account, role: Role): Promise<Person> {
  const { id, email, token } = await invite(plane, account, role);
  await plane
    .get(AcceptInvitation)
    .execute({ token, name: 'Grace Hopper', password: MEMBER_PASSWORD });
  return { id, email, actor: { kind: 'member', id, role, sessionId: 'ses_none' } };
}

/** Signs in; the session's token. */
export async function signIn(
  plane: DataPlane,
  email: string,
  password: string,
  organization?: string,
): Promise<string> {
  const body = organization === undefined ? { email, password } : { email, password, organization };
  return (await plane.get(LogIn).execute(body, '192.0.2.1')).session.token;
}

/** Signs in; the session's token, and who it is known as. */
export async function sessionOf(plane: DataPlane, email: string, password: string) {
  const token = await signIn(plane, email, password);
  const identity = await plane.get(TenantCredentials).bySession(token);
  if (identity === null) throw new Error('A fresh session should be valid.');
  return { token, ...identity };
}

/** The code an AppError failed with; fails when nothing did. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code === 'string') return code;
    throw error;
  }
  throw new Error('It was expected to fail and did not.');
}

/** Lets the time of everything in the table run out. */
export async function expireAll(
  plane: DataPlane,
  account: Account,
  table: 'sessions' | 'invitations' | 'password_resets',
): Promise<void> {
  await plane.as(account.tenant, account.owner, () =>
    plane
      .get(TenantDatabase)
      .query({ text: `UPDATE ${table} SET expires_at = now() - interval '1 second'` }),
  );
}

/** Asks for a reset link and waits until all is done; the token, or undefined when none was sent. */
export async function requestReset(plane: DataPlane, email: string): Promise<string | undefined> {
  const before = plane.mailer.sent.length;
  plane.get(RequestPasswordReset).execute({ email }, '192.0.2.1');
  await plane.get(BackgroundWork).settled();
  return plane.mailer.sent.length === before ? undefined : plane.mailer.lastToken();
}
