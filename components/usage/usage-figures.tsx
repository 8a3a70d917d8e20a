"use client";

import { useEffect, useState } from "react";

import { OUTCOME_LABELS, OutcomeMark, OutcomePatterns } from "@/components/usage/outcomes";
import { PointTime } from "@/components/usage/point-time";
import type { UsageSeries } from "@/components/usage/series";
import type * as UsageBarsModule from "@/components/usage/usage-bars";
import { OUTCOMES } from "@/lib/usage/outcome";
import type { Usage } from "@/lib/usage/read";
import { numberText } from "@/lib/text/number";

/** Calls by outcome: their sums, a chart, and a table of the same numbers. */
export function UsageFigures({ totals, ...series }: UsageSeries & Pick<Usage, "totals">) {
  if (OUTCOMES.every((outcome) => totals[outcome] === 0)) {
    return <p className="rounded-lg border border-line bg-surface p-4 text-soft">No calls in this range.</p>;
  }
  return (
    <div className="rounded-lg border border-line bg-surface p-4">
      <OutcomePatterns />
      <dl className="flex flex-wrap gap-x-5 gap-y-1">
        {OUTCOMES.map((outcome) => (
          <div key={outcome} className="flex items-center gap-1.5">
            <OutcomeMark outcome={outcome} />
            <dt className="text-soft">{OUTCOME_LABELS[outcome]}</dt>
            <dd className="font-medium tabular-nums">{numberText(totals[outcome])}</dd>
          </div>
        ))}
      </dl>
      {/* Its height never changes, so nothing moves when the chart has loaded. */}
      <div className="mt-3 grid h-64 grid-cols-[minmax(0,1fr)]">
        <Chart {...series} />
      </div>
      <UsageTable {...series} />
    </div>
  );
}

/** The chart, once its code has loaded. */
function Chart(series: UsageSeries) {
  const [loaded, setLoaded] = useState<typeof UsageBarsModule | "failed" | null>(null);
  useEffect(() => {
    import("@/components/usage/usage-bars").then(setLoaded, () => setLoaded("failed"));
  }, []);
  if (loaded === "failed") {
    return (
      <p className="self-center text-center text-soft">
        The chart couldn’t be loaded. The table below has the same numbers.
      </p>
    );
  }
  return <div>{loaded ? <loaded.UsageBars {...series} /> : null}</div>;
}

/** The numbers of the chart, newest first. */
function UsageTable({ interval, points }: UsageSeries) {
  const called = points.filter((point) => OUTCOMES.some((outcome) => point[outcome] > 0)).toReversed();
  const cell = "py-1 pl-3 text-right tabular-nums";
  return (
    <details className="mt-2">
      <summary className="w-fit py-1.5 text-xs text-soft">Show as table</summary>
      {/* Focusable, because it scrolls. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="max-h-96 overflow-auto" tabIndex={0} role="region" aria-label="Requests as a table">
        <table className="w-full text-left text-xs">
          <caption className="pb-1 text-left text-soft">
            {interval === "hour" ? "Hours without calls are left out." : "Days (UTC) without calls are left out."}
          </caption>
          <thead>
            <tr className="border-b border-line text-soft">
              <th scope="col" className="py-1 font-medium">
                {interval === "hour" ? "Hour from" : "Day"}
              </th>
              {OUTCOMES.map((outcome) => (
                <th key={outcome} scope="col" className={`${cell} font-medium`}>
                  {OUTCOME_LABELS[outcome]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {called.map((point) => (
              <tr key={point.start.getTime()} className="border-b border-line last:border-0">
                <th scope="row" className="py-1 font-normal">
                  <PointTime start={point.start} interval={interval} />
                </th>
                {OUTCOMES.map((outcome) => (
                  <td key={outcome} className={cell}>
                    {numberText(point[outcome])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
