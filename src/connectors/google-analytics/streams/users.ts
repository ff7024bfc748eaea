import type { Stream } from '../../kit/stream.js';
import { askReport } from '../reports/ask-report.js';
import { readReport, type ReportRow } from '../reports/read-report.js';
import { USERS } from '../reports/reports.js';
import { mapRow } from './traffic.js';

/** Users by day. */
export const users: Stream<ReportRow> = {
  name: 'users',
  metrics: ['web.active_users_day', 'web.new_users'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 820,
  lookBackDays: 14,
  everyMinutes: 240,
  lookBackEveryHours: 24,
  recentDays: 3,
  async page(client, slice) {
    const { body } = await client.post(
      `/v1beta/properties/${slice.account.id}:runReport`,
      askReport(USERS, slice, { byDay: true }),
    );
    const { rows, quality } = readReport(body, USERS);
    return { rows, records: rows.length, next: null, quality };
  },
  map: (row, slice, points) => mapRow(row, USERS, slice, points),
};
