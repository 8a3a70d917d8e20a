import { addDays, lightFormat, startOfDay, startOfMonth, subDays } from "date-fns";

/** The first and the last day of a range, both included, as `yyyy-MM-dd` in this browser's time zone; "" where it has no end. */
export interface DayRange {
  readonly first: string;
  readonly last: string;
}

/** The range in a URL: exact times, which mean the same in every time zone; `to` is excluded. */
interface TimeRange {
  readonly from: string | null;
  readonly to: string | null;
}

const dayOf = (time: Date) => lightFormat(time, "yyyy-MM-dd");

function midnight(day: string): Date | null {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || year < 1970 || month === undefined || date === undefined) return null;
  return new Date(year, month - 1, date);
}

/** The days that a range of times covers, those covered in part included. */
export function toDays({ from, to }: TimeRange): DayRange {
  return {
    first: from ? dayOf(new Date(from)) : "",
    // The end is excluded: midnight belongs to the day before.
    last: to ? dayOf(new Date(new Date(to).getTime() - 1)) : "",
  };
}

/** A range of days as times. */
export function toTimes({ first, last }: DayRange): TimeRange {
  const [start, end] = [midnight(first), midnight(last)];
  return { from: start?.toISOString() ?? null, to: end ? addDays(end, 1).toISOString() : null };
}

/** Ranges that end today. */
export function presets(now: Date): readonly (readonly [label: string, range: DayRange])[] {
  const last = dayOf(now);
  return [
    ["Today", { first: dayOf(startOfDay(now)), last }],
    ["Last 7 days", { first: dayOf(subDays(now, 6)), last }],
    ["Last 30 days", { first: dayOf(subDays(now, 29)), last }],
    ["Last 90 days", { first: dayOf(subDays(now, 89)), last }],
    ["This month", { first: dayOf(startOfMonth(now)), last }],
  ];
}
