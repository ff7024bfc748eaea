import { AppError } from '../../kernel/app-error.js';

/** More came back of one statement than may: what is stored was made larger than the product writes it. */
export class DatabaseAnswerTooLargeError extends AppError {
  constructor(limitBytes: number) {
    super(
      'database_answer_too_large',
      'What is stored for this request is larger than anything NuMoon writes, so it was not read. Somebody or something else wrote to the database; what else is stored is not touched by this.',
      { fields: { limitBytes } },
    );
  }
}

const MB = 1024 * 1024;

/** Bounds of what one statement may answer with. */
export interface AnswerLimits {
  bytes: number;
  /** Whether it is one of those that share what this process has for answers. */
  shared: boolean;
}

/**
 * By our own code the largest is a question about metrics: ten years of 1,000 series are 3.7 million
 * values of two to eight bytes, sent as hexadecimal text, so 14 MB as a rule and 58 MB at the very
 * worst. Everything else is a page of a list, or one row.
 */
export const ANSWERS_OF_TENANTS: AnswerLimits = { bytes: 64 * MB, shared: true };

/**
 * The catalog's lists of all tenants grow with the installation, and nobody else writes there; so this
 * is only what the driver can bear.
 */
export const ANSWERS_TO_US: AnswerLimits = { bytes: 400 * MB, shared: false };

/** What a row costs this process beside its bytes: ten million empty rows are an answer of a gigabyte. */
const ROW_COST = 128;

/** All large answers to tenants that are on their way to this process at once. */
const TOGETHER_MAX = 256 * MB;

/** An answer counts as large from here, and may then be what has to go when there are too many. */
const LARGE = 8 * MB;

const HEADER = 5;
const DATA_ROW = 0x44;
const READY_FOR_QUERY = 0x5a;

/** Bytes of large answers that this process holds in its connections. */
let together = 0;

/**
 * Reads along how long the server's messages are, before the driver keeps any of it. The driver gathers
 * a message whole and makes a string of each value: one of half a gigabyte throws inside the driver's own
 * listener, where nobody can catch it, and ends the process. Looks at five bytes a message.
 */
export class AnswerMeter {
  /** What is still to come of the message under way. */
  #rest = 0;
  /** A header that lies across two chunks. */
  readonly #header = Buffer.alloc(HEADER);
  #headerBytes = 0;
  #answer = 0;

  constructor(private readonly limits: AnswerLimits) {}

  /** @throws DatabaseAnswerTooLargeError as soon as a message says that it will be too much */
  read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#rest > 0) {
        const step = Math.min(this.#rest, chunk.length - at);
        this.#rest -= step;
        at += step;
      } else if (this.#headerBytes === 0 && chunk.length - at >= HEADER) {
        this.#begin(chunk.readUInt8(at), chunk.readUInt32BE(at + 1));
        at += HEADER;
      } else {
        this.#header[this.#headerBytes++] = chunk.readUInt8(at++);
        if (this.#headerBytes < HEADER) continue;
        this.#headerBytes = 0;
        this.#begin(this.#header.readUInt8(0), this.#header.readUInt32BE(1));
      }
    }
  }

  /** The connection is gone, and with it all it held. */
  end(): void {
    this.#count(0);
  }

  /** @param length of the message, its own four bytes included */
  #begin(code: number, length: number): void {
    this.#rest = Math.max(0, length - 4);
    // The statement is answered; what came of it is its caller's now.
    if (code === READY_FOR_QUERY) return this.#count(0);
    this.#count(this.#answer + length + (code === DATA_ROW ? ROW_COST : 0));
    const { bytes, shared } = this.limits;
    const isOneTooMany = shared && this.#answer > LARGE && together > TOGETHER_MAX;
    if (this.#answer > bytes || isOneTooMany) throw new DatabaseAnswerTooLargeError(bytes);
  }

  #count(bytes: number): void {
    if (this.limits.shared) {
      if (this.#answer > LARGE) together -= this.#answer;
      if (bytes > LARGE) together += bytes;
    }
    this.#answer = bytes;
  }
}
