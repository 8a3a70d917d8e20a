import type { Usage } from "@/lib/usage/read";

/** What the chart and the table show. */
export type UsageSeries = Pick<Usage, "range" | "interval" | "points">;
