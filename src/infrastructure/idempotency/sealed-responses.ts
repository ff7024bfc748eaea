import { AppError } from '../../kernel/app-error.js';
import { randomWord } from '../../kernel/ids.js';
import { SealedBox } from '../envelope/sealed-box.js';

/** Runs one statement in the database that holds the table `sealed_responses`. */
export type RunStatement = <Row extends object>(text: string, values: unknown[]) => Promise<Row[]>;

/** A call that is the first with its key and is being worked on by us. */
export interface Attempt {
  keyHash: Buffer;
  holder: string;
  /** The Idempotency-Key itself; makes the sealing key and is stored nowhere. */
  idempotencyKey: string;
}

export interface Answer {
  status: number;
  body: unknown;
  /** The tenant it tells of, where the table is not that tenant's own: its key seals the answer too. */
  tenantId?: string;
}

export type Begun = { state: 'first'; attempt: Attempt } | { state: 'answered'; answer: Answer };

export class IdempotencyError extends AppError {
  constructor(
    code:
      | 'idempotency_mismatch'
      | 'idempotency_in_progress'
      | 'idempotency_interrupted'
      | 'idempotency_answer_gone',
  ) {
    super(code, MESSAGES[code]);
  }
}

const MESSAGES = {
  idempotency_mismatch:
    'This Idempotency-Key was used for another request. Use a new key for a new request.',
  idempotency_in_progress:
    'The first call with this Idempotency-Key is still being worked on. Try again shortly.',
  idempotency_interrupted:
    'The first call with this Idempotency-Key was interrupted and may have had its effect. Look before you try again with a new key.',
  idempotency_answer_gone:
    'The first call with this Idempotency-Key succeeded, and what it made is gone since. Use a new key for a new request.',
} as const;

interface Row {
  fingerprint: Buffer;
  status: number | null;
  sealed: Buffer | null;
  tenantId: string | null;
  expired: boolean;
}

export interface SealedResponsesOptions {
  run: RunStatement;
  /** Keyed hash, so that the table does not tell which keys clients use. */
  hash(text: string): Promise<Buffer>;
  /**
   * 32 bytes made from the client's Idempotency-Key, from a key that is not in the database, and, where
   * a tenant is given, from that tenant's own. Null: that tenant's key is no more.
   */
  sealingKey(idempotencyKey: string, tenantId: string | null): Promise<Buffer | null>;
  leaseSeconds: number;
  /**
   * Whether effect and answer commit together. Then an interrupted call had no effect and its key may
   * be used again; otherwise nobody can know, and the caller is told so.
   */
  atomic: boolean;
}

/**
 * Answers to calls with an Idempotency-Key, for a replay within 24 hours (`deleteExpired`). An answer
 * may hold a secret shown once, so it is sealed under a key made from the client's own Idempotency-Key.
 */
export class SealedResponses {
  constructor(private readonly options: SealedResponsesOptions) {}

  /**
   * Claims the key for this call.
   *
   * @param fingerprint of method, route and body: the same key with another request is refused
   * @throws IdempotencyError
   */
  async begin(scope: string, idempotencyKey: string, fingerprint: Buffer): Promise<Begun> {
    const attempt = {
      keyHash: await this.options.hash(`${scope}\0${idempotencyKey}`),
      holder: randomWord(16),
      idempotencyKey,
    };
    // Keyed: a bare hash of a body would let guesses of what is in it be tried offline.
    const keyed = await this.options.hash(
      `fingerprint\0${idempotencyKey}\0${fingerprint.toString('hex')}`,
    );
    if (await this.#claim(attempt, keyed)) return { state: 'first', attempt };
    const row = await this.#read(attempt.keyHash);
    // Deleted between the two statements: its call failed, so this one is the first again.
    if (row === undefined) return this.begin(scope, idempotencyKey, fingerprint);
    if (!row.fingerprint.equals(keyed)) throw new IdempotencyError('idempotency_mismatch');
    if (row.status !== null && row.sealed !== null) {
      const box = await this.#box(idempotencyKey, row.tenantId);
      const body = box.open(row.sealed, attempt.keyHash.toString('hex'));
      return {
        state: 'answered',
        answer: { status: row.status, body: JSON.parse(body.toString('utf8')) as unknown },
      };
    }
    if (!row.expired) throw new IdempotencyError('idempotency_in_progress');
    if (!this.options.atomic) throw new IdempotencyError('idempotency_interrupted');
    if (await this.#takeOver(attempt)) return { state: 'first', attempt };
    throw new IdempotencyError('idempotency_in_progress');
  }

  /**
   * Keeps the answer. With `run` of a transaction it commits together with the effect; false then means
   * that another call took the key over, and the transaction must not commit.
   */
  async complete(attempt: Attempt, answer: Answer, run = this.options.run): Promise<boolean> {
    const aad = attempt.keyHash.toString('hex');
    const tenantId = answer.tenantId ?? null;
    const box = await this.#box(attempt.idempotencyKey, tenantId);
    const sealed = box.seal(Buffer.from(JSON.stringify(answer.body ?? null), 'utf8'), aad);
    const rows = await run(
      `UPDATE sealed_responses SET status = $3, sealed = $4, tenant_id = $5
        WHERE key_hash = $1 AND holder = $2 RETURNING status`,
      [attempt.keyHash, attempt.holder, answer.status, sealed, tenantId],
    );
    return rows.length === 1;
  }

  /** The call failed and had no effect: its key may be used again. */
  async release(attempt: Attempt): Promise<void> {
    await this.options.run(
      'DELETE FROM sealed_responses WHERE key_hash = $1 AND holder = $2 AND status IS NULL',
      [attempt.keyHash, attempt.holder],
    );
  }

  async deleteExpired(): Promise<number> {
    const rows = await this.options.run(
      `DELETE FROM sealed_responses WHERE created_at < now() - interval '24 hours' RETURNING 1 AS one`,
      [],
    );
    return rows.length;
  }

  async #claim(attempt: Attempt, fingerprint: Buffer): Promise<boolean> {
    const rows = await this.options.run(
      `INSERT INTO sealed_responses (key_hash, fingerprint, holder, lease_until)
       VALUES ($1, $2, $3, now() + make_interval(secs => $4))
       ON CONFLICT (key_hash) DO NOTHING RETURNING key_hash`,
      [attempt.keyHash, fingerprint, attempt.holder, this.options.leaseSeconds],
    );
    return rows.length === 1;
  }

  async #takeOver(attempt: Attempt): Promise<boolean> {
    const rows = await this.options.run(
      `UPDATE sealed_responses SET holder = $2, lease_until = now() + make_interval(secs => $3)
        WHERE key_hash = $1 AND status IS NULL AND lease_until < now() RETURNING key_hash`,
      [attempt.keyHash, attempt.holder, this.options.leaseSeconds],
    );
    return rows.length === 1;
  }

  async #read(keyHash: Buffer): Promise<Row | undefined> {
    const [row] = await this.options.run<Row>(
      `SELECT fingerprint, status, sealed, tenant_id AS "tenantId", lease_until < now() AS expired
         FROM sealed_responses WHERE key_hash = $1`,
      [keyHash],
    );
    return row;
  }

  async #box(idempotencyKey: string, tenantId: string | null): Promise<SealedBox> {
    const key = await this.options.sealingKey(idempotencyKey, tenantId);
    if (key === null) throw new IdempotencyError('idempotency_answer_gone');
    const box = new SealedBox(key);
    key.fill(0);
    return box;
  }
}
