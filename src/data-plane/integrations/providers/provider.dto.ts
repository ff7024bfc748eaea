import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class ProviderFieldView {
  @ApiProperty({ type: String, example: 'shop' })
  name!: string;

  @ApiProperty({ type: String, example: 'Your shop’s address' })
  title!: string;

  @ApiProperty({
    type: String,
    description: 'A regular expression that the whole value must match.',
    example: '[a-z0-9-]+\\.myshopify\\.com',
  })
  pattern!: string;

  @ApiPropertyOptional({ type: String, example: 'blue-bird.myshopify.com' })
  example?: string;

  @ApiProperty({
    type: Boolean,
    description: 'Whether it must be kept from onlookers.',
    example: false,
  })
  secret!: boolean;
}

export class ProviderScopesView {
  @ApiProperty({ type: [String], example: ['read_orders'] })
  read!: string[];

  @ApiProperty({
    type: [String],
    description: 'Asked for too, where the provider lets people leave them out.',
    example: [],
  })
  optionalRead!: string[];

  @ApiProperty({
    type: [String],
    description: 'Never asked for unless the owner switches writing on.',
    example: ['write_orders'],
  })
  write!: string[];
}

export class ProviderMetricView {
  @ApiProperty({ type: String, example: 'sales.gross' })
  key!: string;

  @ApiProperty({ type: String, example: 'Gross sales' })
  title!: string;

  @ApiProperty({ type: String, example: 'Sales of products before discounts.' })
  description!: string;

  @ApiProperty({ type: String, example: 'money' })
  unit!: string;

  @ApiProperty({ type: [String], example: ['product'] })
  dimensions!: string[];
}

export class ProviderView {
  @ApiProperty({ type: String, example: 'shopify' })
  id!: string;

  @ApiProperty({ type: String, example: 'Shopify' })
  name!: string;

  @ApiProperty({
    enum: ['oauth', 'key'],
    description: 'By a consent page in the browser, or by a key that somebody made there.',
    example: 'oauth',
  })
  connectsBy!: 'oauth' | 'key';

  @ApiProperty({
    type: Boolean,
    description: 'Whether it can be connected in this installation.',
    example: true,
  })
  configured!: boolean;

  @ApiProperty({
    type: [ProviderFieldView],
    description: 'What goes into `params` of `POST /v1/integrations`.',
  })
  params!: ProviderFieldView[];

  @ApiProperty({ type: [ProviderFieldView], description: 'What goes into `credentials`.' })
  credentials!: ProviderFieldView[];

  @ApiProperty({ type: ProviderScopesView })
  scopes!: ProviderScopesView;

  @ApiProperty({ type: [String], example: ['Orders: amounts, states, times'] })
  reads!: string[];

  @ApiProperty({ type: [String], example: ['Names and addresses of customers'] })
  neverReads!: string[];

  @ApiProperty({ type: [ProviderMetricView] })
  metrics!: ProviderMetricView[];

  @ApiProperty({
    type: [String],
    description: 'What could be done there once writing is switched on.',
    example: [],
  })
  actions!: string[];
}

export class ProviderList {
  @ApiProperty({ type: [ProviderView] })
  items!: ProviderView[];
}
