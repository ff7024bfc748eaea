import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import {
  IdempotencyError,
  type Answer,
  type Attempt,
  type RunStatement,
  type SealedResponses,
} from './sealed-responses.js';

/** A call with an Idempotency-Key, for the few use cases that keep their answer themselves. */
export class IdempotentCall {
  #kept = false;

  constructor(
    private readonly store: SealedResponses,
    private readonly attempt: Attempt,
  ) {}

  /**
   * Keeps the answer in the transaction of the effect, so that both are there or neither.
   *
   * @throws IdempotencyError when another call took the key over: the transaction must not commit
   */
  async keepWith(run: RunStatement, answer: Answer): Promise<void> {
    if (!(await this.store.complete(this.attempt, answer, run))) {
      throw new IdempotencyError('idempotency_in_progress');
    }
    this.#kept = true;
  }

  /** Keeps the answer after the effect, unless it was kept with it. */
  async keepAfter(answer: Answer): Promise<void> {
    if (!this.#kept) await this.store.complete(this.attempt, answer);
  }

  async failed(): Promise<void> {
    await this.store.release(this.attempt);
  }
}

export const KEEPS_ITS_ANSWER = Symbol('keeps-its-answer');

/** The route keeps its answer in its own transaction (`IdempotentCall.keepWith`). */
export const KeepsItsAnswer = () => SetMetadata(KEEPS_ITS_ANSWER, true);

/** The call's Idempotency-Key at work, or undefined when it has none. */
export const Idempotent = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentCall | undefined =>
    context.switchToHttp().getRequest<{ idempotentCall?: IdempotentCall }>().idempotentCall,
);
