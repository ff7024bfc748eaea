/** A calendar day, `2026-01-31`. Text of this form sorts by time. */
export type Day = string;

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

/** Whether the text is a day that exists: 2026-02-29 is none. */
export function isDay(text: string): boolean {
  const match = DAY.exec(text);
  return (
    match !== null &&
    text === new Date(Date.parse(`${text}T00:00:00Z`) || 0).toISOString().slice(0, 10)
  );
}

/** Days since 1970-01-01, whole; the arithmetic of days. @throws RangeError of what is no day */
export function dayNumber(day: Day): number {
  const ms = Date.parse(`${day}T00:00:00Z`);
  if (!DAY.test(day) || Number.isNaN(ms)) throw new RangeError('A day is written as 2026-01-31.');
  // Date.parse takes 30 February for a day in March.
  if (day.slice(8) > '28' && !isDay(day)) throw new RangeError('This day does not exist.');
  return ms / DAY_MS;
}

export function dayOfNumber(number: number): Day {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** So many days in a row. A `Date` is made once a month: most days differ from the one before in two digits. */
export function daysFrom(number: number, count: number): Day[] {
  const days: Day[] = [];
  for (let at = 0; at < count; at += 1) {
    const before = days.at(-1);
    days.push(
      before === undefined || before.slice(8) >= '28'
        ? dayOfNumber(number + at)
        : before.slice(0, 8) + String(Number(before.slice(8)) + 1).padStart(2, '0'),
    );
  }
  return days;
}

export function addDays(day: Day, days: number): Day {
  return dayOfNumber(dayNumber(day) + days);
}

export function earlierDay(a: Day, b: Day): Day {
  return a < b ? a : b;
}

export function laterDay(a: Day, b: Day): Day {
  return a > b ? a : b;
}
