import { numberText } from "@/lib/text/number";

const BAR = 5;
const STEP = 7;
const HEIGHT = 14;

/** A bar as part of a path. */
const bar = (place: number, height: number) =>
  `M${String(place * STEP)} ${String(HEIGHT)}v-${String(height)}h${String(BAR)}v${String(height)}`;

/** How often a key was called in the last 7 × 24 hours, as a bar for each day with their sum; nothing without a call. */
export function Sparkline({ days }: { days: readonly number[] }) {
  const calls = days.reduce((sum, day) => sum + day, 0);
  if (calls === 0) return null;
  const number = numberText(calls);
  const label = `${number} ${calls === 1 ? "call" : "calls"} in the last 7 days`;
  const most = Math.max(...days);
  return (
    <div className="flex items-end gap-1.5 pt-0.5" title={label}>
      <svg
        role="img"
        aria-label={label}
        width={days.length * STEP}
        height={HEIGHT}
        fill="currentColor"
        className="mb-0.5 shrink-0 text-accent forced-colors:text-[CanvasText]"
      >
        <path d={days.map((day, place) => bar(place, Math.max(1, Math.round((day / most) * HEIGHT)))).join("")} />
      </svg>
      <span aria-hidden className="text-xs text-soft tabular-nums">
        {number}
      </span>
    </div>
  );
}
