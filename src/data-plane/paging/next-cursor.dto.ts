import { ApiProperty } from '@nestjs/swagger';

/** What every page answers beside its items. */
export abstract class NextCursor {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` for the next page; null on the last one.',
    example: null,
  })
  nextCursor!: string | null;
}
