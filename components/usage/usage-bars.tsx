"use client";

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";

import { OUTCOME_LABELS, outcomeFill, OutcomeMark } from "@/components/usage/outcomes";
import { PointTime } from "@/components/usage/point-time";
import type { UsageSeries } from "@/components/usage/series";
import { readTimeZone } from "@/components/time/time-zone";
import { OUTCOMES } from "@/lib/usage/outcome";
import type { UsageRange } from "@/lib/usage/range";
import { numberText } from "@/lib/text/number";

/** How the axis names a point: the time of day, the day, or the month. */
const TICKS: Readonly<Record<UsageRange, Intl.DateTimeFormatOptions>> = {
  "24h": { hour: "2-digit", minute: "2-digit" },
  "7d": { weekday: "short", day: "numeric" },
  "30d": { day: "numeric", month: "short" },
  "13mo": { month: "short", year: "numeric" },
};

const counts = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });
const axis = { stroke: "var(--color-edge)", tick: { fill: "var(--color-soft)", fontSize: 12 }, tickLine: false };

/** Calls by outcome, as bars: the only module that loads the chart library (docs/decisions/053). Only for the browser, which has a width and a time zone. */
export function UsageBars({ range, interval, points }: UsageSeries) {
  // Days are counted in UTC.
  const timeZone = interval === "hour" ? (readTimeZone() ?? "UTC") : "UTC";
  const tick = new Intl.DateTimeFormat("en-GB", { ...TICKS[range], timeZone });
  const stacked = OUTCOMES.filter((outcome) => points.some((point) => point[outcome] > 0));
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        data={points}
        margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
        barCategoryGap={points.length > 100 ? 0 : "15%"}
        // The library gives the focus and the arrow keys to the chart.
        aria-label="Requests over time. The left and right arrow keys show the figures of a point."
      >
        <CartesianGrid vertical={false} stroke="var(--color-line)" />
        <XAxis
          {...axis}
          dataKey={(point: UsageSeries["points"][number]) => point.start.getTime()}
          tickFormatter={(start: number) => tick.format(start)}
          minTickGap={32}
        />
        <YAxis
          {...axis}
          width={48}
          allowDecimals={false}
          axisLine={false}
          tickFormatter={(calls: number) => counts.format(calls)}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: "var(--color-sunken)", fillOpacity: 0.6 }}
          content={({ active, payload }) => {
            const point = (payload as readonly { payload?: UsageSeries["points"][number] }[])[0]?.payload;
            return active && point ? <Hovered point={point} interval={interval} /> : null;
          }}
        />
        {stacked.map((outcome) => (
          <Bar
            key={outcome}
            dataKey={outcome}
            name={OUTCOME_LABELS[outcome]}
            stackId="calls"
            fill={outcomeFill(outcome)}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

/** The figures of the point under the pointer, or that the arrow keys reached. */
function Hovered({ point, interval }: { point: UsageSeries["points"][number]; interval: UsageSeries["interval"] }) {
  return (
    <div role="status" className="rounded-md border border-line bg-surface px-3 py-2 text-xs shadow-overlay">
      <p className="mb-1 font-medium">
        <PointTime start={point.start} interval={interval} />
      </p>
      {OUTCOMES.map((outcome) => (
        <p key={outcome} className="flex items-center gap-1.5">
          <OutcomeMark outcome={outcome} />
          <span className="flex-1">{OUTCOME_LABELS[outcome]}</span>
          <span className="tabular-nums">{numberText(point[outcome])}</span>
        </p>
      ))}
    </div>
  );
}
