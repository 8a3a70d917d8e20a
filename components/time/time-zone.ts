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

const formats = new Map<string, Intl.DateTimeFormat>();

/** A time in a time zone, followed by the zone's name. */
export function formatMoment(moment: Date, timeZone: string, seconds: boolean): string {
  const name = `${timeZone} ${String(seconds)}`;
  let formatter = formats.get(name);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-GB", {
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      ...(seconds ? { second: "2-digit" } : {}),
      timeZone,
      timeZoneName: "short",
    });
    formats.set(name, formatter);
  }
  return formatter.format(moment);
}

/** The text without the zone's name. */
const clock = (text: string) => text.slice(0, text.lastIndexOf(" "));

/** A time in a time zone, and in UTC where that differs. */
export function formatInBoth(moment: Date, timeZone: string, seconds: boolean): [local: string, utc: string | null] {
  const [local, utc] = [formatMoment(moment, timeZone, seconds), formatMoment(moment, "UTC", seconds)];
  return [local, clock(local) === clock(utc) ? null : utc];
}
