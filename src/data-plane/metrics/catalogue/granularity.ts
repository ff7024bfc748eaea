/** What one point of an answer stands for. */
export const GRANULARITIES = ['day', 'week', 'month', 'quarter'] as const;

export type Granularity = (typeof GRANULARITIES)[number];

export const WEEK_STARTS = ['monday', 'sunday'] as const;

export type WeekStart = (typeof WEEK_STARTS)[number];
