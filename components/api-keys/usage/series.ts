import type { KeyUsage } from "@/lib/api-keys/usage/read";

/** What the chart and the table show. */
export type UsageSeries = Pick<KeyUsage, "range" | "interval" | "points">;
