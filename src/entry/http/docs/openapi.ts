import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { EdgeRoute } from '../edge-route.js';
import { addEdgeAnswers, operationOf } from './edge-answers.js';
import { asJsonSchema, closeBodies, nameOf } from './json-schema.js';
import { sharedResponses } from './problem-responses.js';
import { PROBLEM_SCHEMA } from './problem-schema.js';

const DESCRIPTION = `Every customer a database of its own: connect the tools a business uses, keep only the metrics, forget with proof.

**Errors** are problem documents (RFC 9457, \`application/problem+json\`) with a stable \`code\`; compare that and never the words. \`429\` and \`503\` say in \`Retry-After\` when to come back.

**Bodies** are JSON. One that cannot be read gets \`400\`, one with wrong or unknown fields \`422\` with a list of them. Null is a value: where a field may be left out, leave it out.

**Addresses** answer \`405\` to methods they do not know, with those they know in \`Allow\`, and HEAD as GET without the body. Answers are JSON whatever \`Accept\` says, unless a route offers a choice; that one answers \`406\` where none will do.

**Ids** of somebody else answer exactly like ids that do not exist.`;

/**
 * The document of the whole API: what controllers say of themselves, and what the edge adds to each
 * route from its access.
 */
export function createOpenApi(
  app: INestApplication,
  routes: readonly EdgeRoute[],
  version: string,
  sessionCookie: string,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('NuMoon')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .addBearerAuth({ type: 'http', description: 'An API key of a tenant: `nm_...`' }, 'apiKey')
    .addBearerAuth({ type: 'http', description: 'The admin token.' }, 'administrator')
    .addCookieAuth(
      sessionCookie,
      { type: 'apiKey', in: 'cookie', description: 'The cookie that signing in sets.' },
      'session',
    )
    .addTag('Machines', 'For those who keep it running.')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    // A tag that nobody chose would be the name of a class.
    autoTagControllers: false,
  });
  const schemas = { ...document.components?.schemas, Problem: PROBLEM_SCHEMA };
  document.components = { ...document.components, schemas, responses: sharedResponses() };
  for (const route of routes) addEdgeAnswers(document, route);
  const bodies = routes.map((route) => describeBody(document, route));
  closeBodies(schemas, bodies);
  return { ...asJsonSchema(document), openapi: '3.1.0' };
}

/**
 * Says whether a body may be left out: where all its fields may, and it is no PATCH (content-parsers.ts).
 *
 * @returns the name of its schema
 */
function describeBody(document: OpenAPIObject, route: EdgeRoute): string | undefined {
  const body = operationOf(document, route)?.requestBody;
  if (body === undefined || !('content' in body)) return undefined;
  const schema = body.content['application/json']?.schema;
  if (schema === undefined || !('$ref' in schema)) return undefined;
  const name = nameOf(schema.$ref);
  const fields = (document.components?.schemas?.[name] ?? {}) as { required?: string[] };
  body.required = route.method === 'PATCH' || (fields.required ?? []).length > 0;
  return name;
}
