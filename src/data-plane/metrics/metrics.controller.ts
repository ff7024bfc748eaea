import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import {
  ApiExtension,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { MembersAlsoWhileClosing } from '../../tenancy/access.js';
import { ListMetrics } from './catalogue/list-metrics.js';
import { MetricList } from './catalogue/metric.dto.js';
import { answerForm } from './query/answer-form.js';
import { inTurns } from './query/in-turns.js';
import { MetricsAnswerView } from './query/metrics-answer.dto.js';
import { MetricsQueryDto } from './query/metrics-query.dto.js';
import { QueryMetrics } from './query/query-metrics.js';
import { writeCsv } from './query/write-csv.js';
import { writeJson } from './query/write-json.js';

const CSV_EXAMPLE = [
  'metric,provider,currency,payment_type,date,value',
  'payments.gross_volume,stripe,EUR,card,2026-01-31,97.5',
].join('\r\n');

@ApiTags('Metrics')
@Controller('v1/metrics')
export class MetricsController {
  constructor(
    private readonly listMetrics: ListMetrics,
    private readonly queryMetrics: QueryMetrics,
  ) {}

  @Get()
  @MembersAlsoWhileClosing('owner', 'admin', 'analyst')
  @ApiOperation({
    operationId: 'listMetrics',
    summary: 'What can be measured: every metric of every provider',
  })
  @ApiOkResponse({ type: MetricList })
  list(): MetricList {
    return this.listMetrics.execute();
  }

  @Get('query')
  @MembersAlsoWhileClosing('owner', 'admin', 'analyst')
  @ApiOperation({
    operationId: 'queryMetrics',
    summary: 'Series of metrics over time',
    description:
      'As JSON, or with `Accept: text/csv` as CSV with a line a point. Nothing is ever summed over providers or currencies.',
  })
  @ApiExtraModels(MetricsAnswerView)
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(MetricsAnswerView) } },
      'text/csv': { schema: { type: 'string', example: CSV_EXAMPLE } },
    },
  })
  @ApiExtension('x-error-codes', [
    'breakdown_not_offered',
    'dimension_unknown',
    'filter_invalid',
    'granularity_not_offered',
    'metric_unknown',
    'not_acceptable',
    'query_too_large',
    'range_invalid',
    'range_too_long',
    'top_not_offered',
  ])
  async query(
    @Query() query: MetricsQueryDto,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | string> {
    const form = answerForm(accept);
    const answer = await this.queryMetrics.execute(query);
    void reply.header('vary', 'accept');
    if (form === 'json') {
      void reply.header('content-type', 'application/json; charset=utf-8');
      return inTurns(writeJson(answer));
    }
    void reply.header('content-type', 'text/csv; charset=utf-8; header=present');
    void reply.header('content-disposition', 'attachment; filename="metrics.csv"');
    return inTurns(writeCsv(answer));
  }
}
