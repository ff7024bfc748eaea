import type { Stamp } from '../core/clock.js';

/** One account's yes to one app. */
export interface Grant {
  id: string;
  account: string;
  clientId: string;
  scopes: string[];
  /** What the module wants to find again with it: a host, a user. */
  notes: Record<string, string>;
  revoked: boolean;
}

export interface Code {
  code: string;
  grant: string;
  redirectUri: string;
  challenge: string | null;
  issued: Stamp;
  used: boolean;
}

export interface AccessToken {
  token: string;
  grant: string;
  issued: Stamp;
  lifetimeMs: number;
  /** Ended before its time. */
  ended: boolean;
}

export interface RefreshToken {
  token: string;
  grant: string;
  issued: Stamp;
  lifetimeMs: number | null;
  /** When it was first exchanged, and for which pair. */
  rotated: { at: Stamp; access: string; refresh: string } | null;
  /** Whether what it stands for was used: ends the grace of the one before it. */
  used: boolean;
  ended: boolean;
}

export interface GrantsState {
  grants: Record<string, Grant>;
  codes: Record<string, Code>;
  access: Record<string, AccessToken>;
  refresh: Record<string, RefreshToken>;
}

export function emptyGrants(): GrantsState {
  return { grants: {}, codes: {}, access: {}, refresh: {} };
}
