import { MINUTE_MS } from "@/lib/text/time-units";

const written = (count: number, unit: "day" | "hour" | "minute") =>
  new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "long" }).format(count);

/** "1 hour 12 minutes": the two largest units, rounded down. @param ms in milliseconds */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  const parts = [
    ["day", Math.floor(minutes / 1440)],
    ["hour", Math.floor(minutes / 60) % 24],
    ["minute", minutes % 60],
  ] as const;
  const first = parts.findIndex(([, count]) => count > 0);
  if (first < 0) return "less than a minute";
  return parts
    .slice(first, first + 2)
    .flatMap(([unit, count]) => (count > 0 ? [written(count, unit)] : []))
    .join(" ");
}

/** "23 h 59 min 12 s" until the end, which is reached at 0. @param ms what is left, in milliseconds */
export function countdownText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const rest = `${String(Math.floor(seconds / 60) % 60).padStart(2, "0")} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${String(hours)} h ${rest}`;
}
