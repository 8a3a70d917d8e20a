import { MINUTE_MS } from "@/lib/text/time-units";

/** In which order a language writes day, month and year. */
export type DateOrder = "dmy" | "mdy" | "ymd";

/** The order of the browser's language. */
export function dateOrder(locale?: string): DateOrder {
  const parts = new Intl.DateTimeFormat(locale).formatToParts().map(({ type }) => type.charAt(0));
  const order = parts.filter((part) => "dmy".includes(part)).join("");
  return order === "mdy" || order === "ymd" ? order : "dmy";
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** "18:30", "6:30 pm" or "6 pm" at the end; seconds are ignored. */
const CLOCK = /(?:^|[\s,]+|(?<=\d)T)(\d{1,2})(?::(\d{2})(?::\d{2}(?:\.\d+)?)?)?\s*(?:([ap])\.?m\.?)?$/i;

/** A date without a time means all of that day. */
const END_OF_DAY = "23:59";

const padded = (number: number, length = 2) => String(number).padStart(length, "0");

function readClock(match: RegExpExecArray | null): { text: string | null; length: number } {
  const [written = "", hours = "", minutes, half] = match ?? [];
  // A number by itself is the year of "31 1 27".
  if (minutes === undefined && half === undefined) return { text: END_OF_DAY, length: 0 };
  const { length } = written;
  const hour = Number(hours);
  const isValid = half === undefined ? hour < 24 : hour >= 1 && hour <= 12;
  if (!isValid || Number(minutes ?? 0) > 59) return { text: null, length };
  const ofDay = half === undefined ? hour : (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  return { text: `${padded(ofDay)}:${minutes ?? "00"}`, length };
}

/** Day, month and year of three parts; null where the month has no known name. */
function readDate(parts: readonly string[], order: DateOrder): Record<"d" | "m" | "y", string> | null {
  const [first = "", second = "", third = ""] = parts;
  const named = parts.find((part) => /^\p{L}/u.test(part))?.toLowerCase();
  if (named !== undefined) {
    const month = MONTHS.findIndex((name) => named.startsWith(name)) + 1;
    const [one = "", two = ""] = parts.filter((part) => /^\d/.test(part));
    return month === 0 ? null : { m: String(month), ...(one.length > 2 ? { y: one, d: two } : { d: one, y: two }) };
  }
  // Where the year stands is plain when it has more than two digits.
  const used = first.length > 2 ? "ymd" : order === "ymd" && third.length > 2 ? "dmy" : order;
  const at = (part: "d" | "m" | "y") => [first, second, third][used.indexOf(part)] ?? "";
  return { d: at("d"), m: at("m"), y: at("y") };
}

/**
 * Reads a date, and a time if there is one: `31 Jan 2027, 18:00`, `Jan 31, 2027 6 pm`, `2027-01-31T18:00`, `31.01.2027 18:00`.
 * @param order of a date in digits
 * @returns `2027-01-31T18:00`; null for anything else, and for a day that doesn't exist
 */
export function readTypedTime(typed: string, order: DateOrder): string | null {
  const text = typed.trim();
  const clock = readClock(CLOCK.exec(text));
  const parts = text
    .slice(0, text.length - clock.length)
    .split(/[\s,./-]+/)
    .filter(Boolean);
  const date = parts.length === 3 ? readDate(parts, order) : null;
  if (!date || clock.text === null || !Object.values(date).every((part) => /^\d{1,6}$/.test(part))) return null;
  const [day, month, year] = [Number(date.d), Number(date.m), Number(date.y) + (date.y.length < 3 ? 2000 : 0)];
  const found = new Date(0);
  found.setUTCFullYear(year, month - 1, day);
  if (found.getUTCMonth() !== month - 1 || found.getUTCDate() !== day) return null;
  return `${padded(year, 4)}-${padded(month)}-${padded(day)}T${clock.text}`;
}

/** A time as the field takes it, in the browser's time zone: as the system's own field writes it where that is used. */
export function shownTime(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
  return window.matchMedia("(pointer: coarse)").matches ? local : typedDay(at, local, "ymd");
}

/** A day as the field shows it, at the time of what was typed before: "31 Jan 2027, 18:00". @param typed as {@link readTypedTime} reads it */
export function typedDay(day: Date, typed: string, order: DateOrder): string {
  const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).format(day);
  return `${date}, ${readTypedTime(typed, order)?.slice(-5) ?? END_OF_DAY}`;
}
