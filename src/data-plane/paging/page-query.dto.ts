import { ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { MayBeLeftOut } from '../../infrastructure/validation/may-be-left-out.js';
import { QueryInteger } from '../../infrastructure/validation/query-integer.js';

/** What a cursor of ours may consist of; whether it is one, is for the page to say. */
const CURSOR = /^[A-Za-z0-9_-]{1,200}$/;

export class PageQuery {
  @QueryInteger({ minimum: 1, maximum: 200, default: 50, example: 50 })
  limit: number = 50;

  @ApiPropertyOptional({
    type: String,
    pattern: CURSOR.source,
    description: '`nextCursor` of the page before; leave out for the first page.',
  })
  @MayBeLeftOut()
  @Matches(CURSOR, { message: 'must be the nextCursor of the page before' })
  cursor?: string;
}
