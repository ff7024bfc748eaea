import { createHash } from 'node:crypto';
import { randomWord } from '../../../../src/kernel/ids.js';
import { noteSecret } from '../../../support/canaries/registry.js';

/** What Harbor refuses, in its own words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly fault: string,
  ) {
    super(fault);
  }
}

export interface Grant {
  fleet: string;
  scopes: readonly string[];
  ended: boolean;
  refresh: string;
  /** The refresh token before, and until when it may be used again. */
  before: { token: string; until: number } | null;
  /** Access tokens and when they end. */
  access: Map<string, number>;
}

interface Code {
  challenge: string;
  redirectUri: string;
  scopes: readonly string[];
}

const GRACE_MS = 30_000;
const ACCESS_S = 900;

/** Codes are used once, refresh tokens too; one that comes again after its grace ends all that came of it. */
export class Grants {
  readonly #codes = new Map<string, Code>();
  readonly all: Grant[] = [];
  /** Refresh tokens ever given. */
  readonly #given = new Map<string, Grant>();
  refreshes = 0;
  replays = 0;
  reuses = 0;

  code(code: Code): string {
    const id = `hbc_${randomWord(24)}`;
    this.#codes.set(id, code);
    return id;
  }

  exchange(form: URLSearchParams, fleet: string): object {
    only(form, ['grant_type', 'code', 'redirect_uri', 'code_verifier']);
    const code = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code?.challenge !== challenge || code.redirectUri !== form.get('redirect_uri')) {
      throw new Refusal(400, 'invalid_grant');
    }
    const { scopes } = code;
    const grant = { fleet, scopes, ended: false, refresh: '', before: null, access: new Map() };
    this.all.push(grant);
    return this.#pair(grant);
  }

  refresh(form: URLSearchParams): object {
    only(form, ['grant_type', 'refresh_token']);
    const token = form.get('refresh_token') ?? '';
    const grant = this.#given.get(token);
    if (grant === undefined || grant.ended) throw new Refusal(400, 'invalid_grant');
    const { before } = grant;
    if (token === grant.refresh) {
      this.refreshes += 1;
      grant.before = { token, until: Date.now() + GRACE_MS };
    } else if (before?.token === token && Date.now() < before.until) this.replays += 1;
    else {
      this.reuses += 1;
      grant.ended = true;
      throw new Refusal(400, 'invalid_grant');
    }
    return this.#pair(grant);
  }

  revoke(token: string): void {
    const grant = this.#given.get(token);
    if (grant !== undefined) grant.ended = true;
  }

  /** @throws Refusal */
  authorize(header: string | undefined): Grant {
    const token = /^Bearer (\S+)$/.exec(header ?? '')?.[1] ?? '';
    const grant = this.all.find(({ access }) => access.has(token));
    if (grant?.ended === true) throw new Refusal(403, 'grant_ended');
    if (grant === undefined || (grant.access.get(token) ?? 0) < Date.now()) {
      throw new Refusal(401, 'token_ended');
    }
    return grant;
  }

  #pair(grant: Grant): object {
    grant.refresh = secret('hbr');
    this.#given.set(grant.refresh, grant);
    const access = secret('hba');
    grant.access.set(access, Date.now() + ACCESS_S * 1_000);
    return {
      token_type: 'Bearer',
      access_token: access,
      refresh_token: grant.refresh,
      expires_in: ACCESS_S,
      scope: grant.scopes.join(' '),
      fleet: grant.fleet,
    };
  }
}

/** @throws Refusal for a name that is not known, missing or said twice */
export function only(given: URLSearchParams, required: string[], optional: string[] = []): void {
  const names = [...given.keys()];
  const isSound =
    new Set(names).size === names.length &&
    names.every((name) => [...required, ...optional].includes(name)) &&
    required.every((name) => given.get(name) !== null && given.get(name) !== '');
  if (!isSound) throw new Refusal(400, 'parameters');
}

function secret(kind: string): string {
  const token = `${kind}_${randomWord(32)}`;
  noteSecret('token of Harbor', token);
  return token;
}
