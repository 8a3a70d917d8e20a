/** The browser's time zone; null in hardened browsers, which report none or one that no formatter accepts (`Etc/Unknown`). */
export function readTimeZone(): string | null {
  try {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    if (!timeZone) return null;
    Intl.DateTimeFormat("en", { timeZone });
    return timeZone;
  } catch {
    return null;
  }
}

const DAY = { day: "numeric", month: "short", year: "numeric" } as const;
const MINUTE = { ...DAY, hour: "2-digit", minute: "2-digit", timeZoneName: "short" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" } as const;
const FORMATS = { day: DAY, minute: MINUTE, second: { ...DAY, ...CLOCK }, clock: CLOCK } as const;

const formatters = new Map<string, Intl.DateTimeFormat>();

function format(moment: Date, timeZone: string, precision: keyof typeof FORMATS): string {
  const name = `${timeZone} ${precision}`;
  const formatter = formatters.get(name) ?? new Intl.DateTimeFormat("en-GB", { ...FORMATS[precision], timeZone });
  formatters.set(name, formatter);
  return formatter.format(moment);
}

/** A time in a time zone, followed by the zone's name. */
export function formatMoment(moment: Date, timeZone: string, seconds: boolean): string {
  return format(moment, timeZone, seconds ? "second" : "minute");
}

/** The day of a time in a time zone: "23 Feb 2027". */
export function formatDay(moment: Date, timeZone: string): string {
  return format(moment, timeZone, "day");
}

/** The time of day in a time zone, to the second: "12:04:05 GMT+9". */
export function formatClock(moment: Date, timeZone: string): string {
  return format(moment, timeZone, "clock");
}

/** The text without the zone's name. */
const clock = (text: string) => text.slice(0, text.lastIndexOf(" "));

/** A time in a time zone, and in UTC where that differs. */
export function formatInBoth(moment: Date, timeZone: string, seconds: boolean): [local: string, utc: string | null] {
  const [local, utc] = [formatMoment(moment, timeZone, seconds), formatMoment(moment, "UTC", seconds)];
  return [local, clock(local) === clock(utc) ? null : utc];
}
