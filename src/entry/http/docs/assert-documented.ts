import type { OpenAPIObject } from '@nestjs/swagger';
import type { EdgeRoute } from '../edge-route.js';
import { operationOf } from './edge-answers.js';
import { hasExample, type Media } from './has-example.js';

/**
 * What is missing from the documentation, one line a fault; empty when it is complete. Every route
 * must be in the document (unless its path is exempt: pages and files), with an operation id of its
 * own, a summary, a tag, and for a success with a body a schema and an example.
 */
export function documentationFaults(
  document: OpenAPIObject,
  routes: readonly EdgeRoute[],
  exempt: (route: EdgeRoute) => boolean,
): string[] {
  const seen = new Map<string, string>();
  return routes
    .filter((route) => !exempt(route))
    .flatMap((route) => {
      const name = `${route.method} ${route.path}`;
      const operation = operationOf(document, route);
      if (operation === undefined) return [`${name}: not in the document`];
      const faults: string[] = [];
      const id = operation.operationId ?? '';
      const twin = seen.get(id);
      if (id === '') faults.push('no operationId');
      else if (twin !== undefined) faults.push(`operationId ${id} is also that of ${twin}`);
      else seen.set(id, name);
      if ((operation.summary ?? '') === '') faults.push('no summary');
      if ((operation.tags ?? []).length === 0) faults.push('no tag');
      faults.push(
        ...successFaults(document, operation.responses),
        ...bodyFaults(document, operation),
      );
      return faults.map((fault) => `${name}: ${fault}`);
    });
}

type Operation = NonNullable<ReturnType<typeof operationOf>>;

function successFaults(document: OpenAPIObject, responses: Operation['responses']): string[] {
  const successes = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
  if (successes.length === 0) return ['no success response'];
  return successes.flatMap(([status, response]) => {
    const bodiless = status === '204' || status.startsWith('3');
    const content = contentOf(response);
    if (content.length === 0) return bodiless ? [] : [`${status} has no schema`];
    return content.every((media) => hasExample(document, media))
      ? []
      : [`${status} has no example`];
  });
}

function bodyFaults(document: OpenAPIObject, operation: Operation): string[] {
  if (operation.requestBody === undefined) return [];
  const complete = contentOf(operation.requestBody).every((media) => hasExample(document, media));
  return complete ? [] : ['the request body has no example'];
}

function contentOf(holder: object | undefined): Media[] {
  return Object.values((holder as { content?: Record<string, Media> } | undefined)?.content ?? {});
}
