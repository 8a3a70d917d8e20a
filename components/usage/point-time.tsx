import { LocalTime } from "@/components/time/time";
import type { Usage } from "@/lib/usage/read";

const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** The hour of a point in the person's own time zone, or its day, which is one of UTC. */
export function PointTime({ start, interval }: { start: Date; interval: Usage["interval"] }) {
  if (interval === "hour") return <LocalTime at={start} />;
  return <time dateTime={start.toISOString().slice(0, 10)}>{dates.format(start)}</time>;
}
