import { Injectable } from '@nestjs/common';
import { creationPosition } from '../paging/creation-order.js';
import { pageOf } from '../paging/page.js';
import type { PageQuery } from '../paging/page-query.dto.js';
import { type MemberPage, memberView } from './member.dto.js';
import { MembersRepository } from './members.repository.js';

/** The people of the tenant, in the order they came. */
@Injectable()
export class ListMembers {
  constructor(private readonly members: MembersRepository) {}

  /** @throws CursorInvalidError */
  async execute(query: PageQuery): Promise<MemberPage> {
    const rows = await this.members.page(query);
    return pageOf(rows, query.limit, creationPosition, memberView);
  }
}
