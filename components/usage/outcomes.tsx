import { clsx } from "clsx";

import type { Term } from "@/components/list/legend";
import { type Outcome, OUTCOMES } from "@/lib/usage/outcome";

/** The label of each outcome. */
export const OUTCOME_LABELS: Readonly<Record<Outcome, string>> = {
  served: "Served",
  client_errors: "Client errors",
  rate_limited: "Rate-limited",
  refused: "Refused",
  failed: "Failed",
};

const MEANINGS: Readonly<Record<Outcome, string>> = {
  served: "Answered with 2xx or 3xx.",
  client_errors: "Answered with another 4xx, such as 404 or 422: a mistake in the request.",
  rate_limited: "Answered with 429: your organisation had reached its limit.",
  refused: "The key was revoked, expired or rotated out, or API keys can’t do this.",
  failed: "Answered with 5xx: a fault on our side.",
};

/** The meaning of each outcome. */
export const OUTCOME_LEGEND: readonly Term[] = OUTCOMES.map((outcome) => [OUTCOME_LABELS[outcome], MEANINGS[outcome]]);

/** Each outcome has a colour and a pattern, so that colour is not the only difference. */
const DRAWN: Readonly<Record<Outcome, { color: string; path: string }>> = {
  served: { color: "text-served", path: "" },
  client_errors: { color: "text-client-errors", path: "M0 8 8 0M-2 2 2 -2M6 10 10 6" },
  rate_limited: { color: "text-rate-limited", path: "M0 2H8M0 6H8" },
  refused: { color: "text-refused", path: "M0 0 8 8M8 0 0 8" },
  failed: { color: "text-failed", path: "M2 0V8M6 0V8" },
};

/** What fills the bars of an outcome; needs {@link OutcomePatterns} on the page. */
export const outcomeFill = (outcome: Outcome) => `url(#outcome-${outcome})`;

/** Defines the fills. */
export function OutcomePatterns() {
  return (
    <svg aria-hidden className="absolute size-0">
      <defs>
        {OUTCOMES.map((outcome) => {
          const { color, path } = DRAWN[outcome];
          return (
            <pattern
              key={outcome}
              id={`outcome-${outcome}`}
              className={color}
              width={8}
              height={8}
              patternUnits="userSpaceOnUse"
            >
              <rect width={8} height={8} fill="currentColor" fillOpacity={path ? 0.35 : 1} />
              <path d={path} stroke="currentColor" strokeWidth={2} />
            </pattern>
          );
        })}
      </defs>
    </svg>
  );
}

/** The mark of an outcome beside its name. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  return (
    <svg aria-hidden className={clsx("size-3.5 shrink-0", DRAWN[outcome].color)} viewBox="0 0 14 14">
      <rect x={0.5} y={0.5} width={13} height={13} rx={2} fill={outcomeFill(outcome)} stroke="currentColor" />
    </svg>
  );
}
