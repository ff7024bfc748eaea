import { addDays, type Day, dayNumber, earlierDay } from '../../../kernel/calendar.js';
import type { ProviderClient } from '../../kit/provider-client.js';
import { list } from '../../kit/read/list.js';
import type { Slice, Stream } from '../../kit/stream.js';
import { askReport } from '../reports/ask-report.js';
import { readReport } from '../reports/read-report.js';
import type { Report } from '../reports/report.js';

const ACTIVE: Report = {
  dimensions: [],
  columns: [{ api: 'activeUsers', metric: 'web.active_users', digits: 0 }],
};

/** Reports that go into one call, at most. */
const BATCH = 5;

/** Where a count of users goes: users of two windows do not add up, so each is a report of its own. */
interface Window {
  metric: string;
  day: Day;
  from: Day;
  to: Day;
}

interface WindowCount {
  metric: string;
  day: Day;
  users: number;
}

/** Users of the 7 and the 28 days that end with each day. Two reports a day: so a quarter of history only. */
export const userWindows: Stream<WindowCount> = {
  name: 'user-windows',
  metrics: ['web.active_users_7d', 'web.active_users_28d'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 92,
  lookBackDays: 14,
  everyMinutes: 720,
  lookBackEveryHours: 24,
  recentDays: 3,
  page: (client, slice, cursor) => countPage(client, slice, cursor, endingOn(slice)),
  map: ({ metric, day, users }, _slice, points) => points.set(metric, day, users),
};

/** Users of each calendar month. */
export const userMonths: Stream<WindowCount> = {
  name: 'user-months',
  metrics: ['web.active_users_month'],
  covers: 'whole',
  sliceDays: 31,
  historyDays: 820,
  lookBackDays: 45,
  everyMinutes: 720,
  lookBackEveryHours: 24,
  recentDays: 45,
  page: (client, slice, cursor) => countPage(client, slice, cursor, months(slice)),
  map: ({ metric, day, users }, _slice, points) => points.set(metric, day, users),
};

async function countPage(
  client: ProviderClient,
  slice: Slice,
  cursor: string | null,
  windows: readonly Window[],
) {
  const at = Number(cursor ?? 0);
  const asked = windows.slice(at, at + BATCH);
  const { body } = await client.post(`/v1beta/properties/${slice.account.id}:batchRunReports`, {
    requests: asked.map((window) => askReport(ACTIVE, window, { byDay: false })),
  });
  const answers = list(body, 'reports').map((report) => readReport(report, ACTIVE));
  return {
    rows: asked.map(({ metric, day }, index) => ({
      metric,
      day,
      users: answers[index]?.rows[0]?.values[0] ?? 0,
    })),
    records: asked.length,
    next: at + BATCH < windows.length ? String(at + BATCH) : null,
    quality: answers.flatMap(({ quality }) => quality),
  };
}

function endingOn(slice: Slice): Window[] {
  const windows: Window[] = [];
  for (let day = slice.to; day >= slice.from; day = addDays(day, -1)) {
    for (const days of [7, 28]) {
      const from = addDays(day, 1 - days);
      windows.push({ metric: `web.active_users_${days}d`, day, from, to: day });
    }
  }
  return windows;
}

/** Months that begin within the slice; one that began before it would be counted short. */
function months(slice: Slice): Window[] {
  const windows: Window[] = [];
  let first = `${slice.to.slice(0, 7)}-01`;
  while (dayNumber(first) >= dayNumber(slice.from)) {
    const last = addDays(`${addDays(first, 31).slice(0, 7)}-01`, -1);
    const to = earlierDay(last, slice.to);
    windows.push({ metric: 'web.active_users_month', day: first, from: first, to });
    first = `${addDays(first, -1).slice(0, 7)}-01`;
  }
  return windows;
}
