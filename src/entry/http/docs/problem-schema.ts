import type { OpenAPIObject } from '@nestjs/swagger';
import { statusOf } from '../problem/error-status.js';
import { titleOf } from '../problem/problem.js';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** What every error answer looks like. */
export const PROBLEM_SCHEMA: Schema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', example: '/problems/validation_failed' },
    title: { type: 'string', example: 'Validation failed' },
    status: { type: 'integer', example: 422 },
    detail: {
      type: 'string',
      example: 'The request has fields that are missing, wrong or unknown.',
    },
    code: { type: 'string', description: 'Stable; compare this.', example: 'validation_failed' },
    requestId: { type: 'string', example: 'req_0b9c2a6c8f2e4d2f9a4b7a0d3c5e1f68' },
    organizations: {
      type: 'array',
      description: 'Between which to choose: with `organization_ambiguous` and `email_unproved`.',
      items: {
        type: 'object',
        required: ['name', 'slug'],
        properties: {
          name: { type: 'string', example: 'Bluebird Coffee' },
          slug: { type: 'string', example: 'bluebird-coffee' },
        },
      },
    },
    errors: {
      type: 'array',
      description: 'What is wrong in which field.',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: {
          path: { type: 'string', example: 'owner.email' },
          code: { type: 'string', example: 'email_address' },
          message: {
            type: 'string',
            example: 'must be an e-mail address of at most 254 characters',
          },
        },
      },
    },
  },
};

/** A whole problem document, as an example of one code. */
export function exampleProblem(code: string, status = statusOf(code) ?? 500): object {
  return {
    type: `/problems/${code}`,
    title: titleOf(code),
    status,
    detail: `${titleOf(code)}.`,
    code,
    requestId: 'req_0b9c2a6c8f2e4d2f9a4b7a0d3c5e1f68',
    ...(code === 'validation_failed'
      ? {
          errors: [
            { path: 'name', code: 'unknown_field', message: 'is not a field of this request' },
          ],
        }
      : {}),
  };
}
