import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Client } from 'pg';
import { AnswerMeter, type AnswerLimits } from './answer-meter.js';

/** What pg's connection does with the stream once it may speak: hand each chunk to its parser. */
interface Wire {
  attachListeners(stream: unknown): void;
}

/**
 * Bounds what one statement on this connection may answer with, whichever way it is asked, and makes
 * whatever the driver throws while it takes an answer in a failure of this connection alone: its statement
 * fails with that error, and the connection is not used again. Called before the client connects.
 *
 * `attachListeners` is the one place of pg where bytes come in, with and without TLS; it is not
 * documented, so its absence in another version is told at the first connection.
 */
export function boundAnswers(client: Client, limits: AnswerLimits): void {
  const wire = client.connection as unknown as Wire;
  if (typeof wire.attachListeners !== 'function') {
    throw new TypeError('This version of pg takes answers in elsewhere: see bound-answers.ts.');
  }
  const attach = wire.attachListeners.bind(wire);
  wire.attachListeners = (stream) => attach(bounded(stream as Duplex, limits));
}

/** Stands before the parser in the stream's place. */
function bounded(stream: Duplex, limits: AnswerLimits): EventEmitter {
  const meter = new AnswerMeter(limits);
  const parser = new EventEmitter();
  stream.on('data', (chunk: Buffer) => {
    if (stream.destroyed) return;
    try {
      meter.read(chunk);
      parser.emit('data', chunk);
    } catch (error) {
      meter.end();
      stream.destroy(error as Error);
    }
  });
  stream.on('end', () => parser.emit('end'));
  stream.on('close', () => meter.end());
  return parser;
}
