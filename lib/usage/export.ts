import { OUTCOMES } from "@/lib/usage/outcome";
import type { Usage } from "@/lib/usage/read";
import { csvHead, csvLine } from "@/lib/text/csv";

/** The calls of a key or an application by outcome as a CSV file: a line for each hour or day of the range, oldest first. */
export function usageCsv({ interval, points }: Pick<Usage, "interval" | "points">): string {
  const lines = points.map((point) =>
    csvLine([point.start.toISOString(), interval, ...OUTCOMES.map((outcome) => String(point[outcome]))]),
  );
  return csvHead(["start", "interval", ...OUTCOMES]) + lines.join("");
}
