import { ApiProperty } from '@nestjs/swagger';

export class WebhookAnswer {
  @ApiProperty({
    example: true,
    description: 'The delivery was genuine and is taken in. Says nothing of what it was about.',
  })
  received!: boolean;
}
