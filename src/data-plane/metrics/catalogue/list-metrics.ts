import { Injectable } from '@nestjs/common';
import type { RatioTerm } from '../../../connectors/kit/metric.js';
import { breakdownsOf } from './breakdowns.js';
import { granularitiesOf, type Measure } from './measure.js';
import type { MetricList, MetricView, RatioTermView } from './metric.dto.js';
import { MetricCatalogue } from './metric-catalogue.js';
import { shownDigits } from './shown-digits.js';

/** What can be measured at all, whatever this tenant has connected. */
@Injectable()
export class ListMetrics {
  constructor(private readonly catalogue: MetricCatalogue) {}

  execute(): MetricList {
    return { items: this.catalogue.all().map(viewOf) };
  }
}

function viewOf(measure: Measure): MetricView {
  const breakdowns = breakdownsOf(measure);
  const { key, title, description, unit, dimensions, aggregation } = measure.definition;
  return {
    key,
    provider: measure.provider,
    title,
    description,
    unit,
    aggregation: aggregation.kind,
    ...('per' in aggregation ? { per: aggregation.per } : {}),
    dimensions,
    ...(breakdowns === null ? {} : { breakdowns }),
    digits: unit === 'money' ? (measure.definition.decimals ?? null) : shownDigits(measure, null),
    granularities: granularitiesOf(measure),
    ...(aggregation.kind === 'ratio'
      ? {
          ratio: {
            numerator: aggregation.numerator.map(termOf),
            denominator: aggregation.denominator.map(termOf),
          },
        }
      : {}),
  };
}

function termOf({ metric, factor, take = 'period' }: RatioTerm): RatioTermView {
  return { metric, factor, take };
}
