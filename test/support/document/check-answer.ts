import type { OpenAPIObject } from '@nestjs/swagger';
import request from 'supertest';
import { ApiDocument, type Documentable } from './document.js';

/** By address of a server, and by text: many servers of one test file have the same document. */
const byOrigin = new Map<string, Promise<ApiDocument | null>>();
const byText = new Map<string, ApiDocument>();

/**
 * Every answer that a test gets through `callApi` is held against the document of the server that gave it.
 *
 * @throws Error naming the call and what is outside the document
 */
export async function checkAnswer(base: string, answer: Documentable): Promise<void> {
  const { origin, pathname } = new URL(base);
  const path = pathname === '/' ? answer.path : `${pathname}${answer.path}`;
  const document = await documentOf(origin);
  const faults = document?.faults({ ...answer, path }) ?? [];
  if (faults.length === 0) return;
  throw new Error(
    `${answer.method} ${path} answered ${answer.status} outside the document:\n` +
      `${faults.map((fault) => `  ${fault}`).join('\n')}\n${answer.text.slice(0, 2_000)}`,
  );
}

/** Null where it cannot be had just now: a server that is shutting down has no time for it. */
export async function documentOf(origin: string): Promise<ApiDocument | null> {
  const known = byOrigin.get(origin);
  if (known !== undefined) return known;
  const read = readDocument(origin);
  byOrigin.set(origin, read);
  if ((await read) === null) byOrigin.delete(origin);
  return read;
}

async function readDocument(origin: string): Promise<ApiDocument | null> {
  try {
    const { status, text } = await request(origin)
      .get('/openapi.json')
      .ok(() => true);
    if (status !== 200) return null;
    const known = byText.get(text) ?? new ApiDocument(JSON.parse(text) as OpenAPIObject);
    byText.set(text, known);
    return known;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('ECONN') === true) return null;
    throw error;
  }
}
