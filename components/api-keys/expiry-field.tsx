"use client";

import { formatDuration, intervalToDuration } from "date-fns";
import type { FieldErrors, UseFormRegister } from "react-hook-form";

import { SelectField, TextField } from "@/components/ui/field";
import { LocalAndUtcTime, useHasTimeZone, useNow } from "@/components/time/time";
import {
  customExpiry as parseCustomExpiry,
  EXPIRY_PRESETS,
  expiryProblem,
  resolveExpiry,
  type ExpiryChoice,
} from "@/lib/api-keys/expiry";
import { DAY_MS } from "@/lib/text/time-units";

/** The values of the form; {@link toExpiryChoice} converts them to what the server accepts. */
export interface ExpiryValues {
  expiry: "never" | "same" | "custom" | (typeof EXPIRY_PRESETS)[number];
  /** `2027-01-31T18:00`, in the person's time zone. */
  customExpiry: string;
}

const PRESET_LABELS: Record<(typeof EXPIRY_PRESETS)[number], string> = {
  "7d": "7 days",
  "30d": "30 days",
  "60d": "60 days",
  "90d": "90 days",
  "1y": "1 year",
};

/** The chosen expiry as the server accepts it; null while a custom time is not filled in. */
export function toExpiryChoice({ expiry, customExpiry }: ExpiryValues): ExpiryChoice | null {
  if (expiry === "never" || expiry === "same") return { kind: expiry };
  if (expiry !== "custom") return { kind: "preset", preset: expiry };
  return parseCustomExpiry(customExpiry);
}

/** The field that shows a refused expiry. */
export const expiryFieldOf = ({ expiry }: ExpiryValues) => (expiry === "custom" ? "customExpiry" : "expiry");

/** A lifetime in words, such as "90 days" or "45 days 3 hours". */
function lifetimeText(lifetime: number): string {
  const days = Math.floor(lifetime / DAY_MS);
  const rest = intervalToDuration({ start: 0, end: lifetime % DAY_MS });
  const text = formatDuration({ days, hours: rest.hours ?? 0, minutes: rest.minutes ?? 0 });
  return text || "under a minute";
}

/**
 * Expiry: presets, a custom date and time, or none; with the resolved time below, in the person's time zone and in UTC.
 * @param sameLifetime for a rotation: offers the lifetime of the old key, in milliseconds; null for a key that never expires
 */
export function ExpiryField({
  register,
  values,
  errors,
  sameLifetime,
}: {
  register: UseFormRegister<ExpiryValues>;
  values: ExpiryValues;
  errors: FieldErrors<ExpiryValues>;
  sameLifetime?: number | null;
}) {
  const now = useNow();
  const hasTimeZone = useHasTimeZone();
  const choice = toExpiryChoice(values);
  const resolved = choice && resolveExpiry(choice, now, sameLifetime ?? null);
  const summary = !choice ? null : resolved ? (
    // Keys: React would otherwise patch one text into the other, which fails on a translated page.
    <span key="ends">
      Stops working on <LocalAndUtcTime at={resolved} />
    </span>
  ) : (
    <span key="never">Never expires. You can revoke it at any time.</span>
  );
  return (
    <div className="grid gap-3">
      <SelectField
        label="Expiry"
        hint={values.expiry === "custom" ? undefined : summary}
        error={errors.expiry?.message}
        {...register("expiry")}
      >
        {sameLifetime ? <option value="same">{`Same lifetime as before: ${lifetimeText(sameLifetime)}`}</option> : null}
        <option value="never">No expiry</option>
        {EXPIRY_PRESETS.map((preset) => (
          <option key={preset} value={preset}>
            {PRESET_LABELS[preset]}
          </option>
        ))}
        <option value="custom">Custom date and time…</option>
      </SelectField>
      {values.expiry === "custom" ? (
        <TextField
          label="Expires on"
          hint={summary ?? <span>{hasTimeZone ? "In your time zone." : "In UTC."}</span>}
          error={errors.customExpiry?.message}
          type="datetime-local"
          {...register("customExpiry", {
            validate: (customExpiry, form) => {
              if (form.expiry !== "custom") return true;
              const custom = toExpiryChoice({ expiry: "custom", customExpiry });
              if (!custom) return "Choose a date and time.";
              return expiryProblem(resolveExpiry(custom, now), now) ?? true;
            },
          })}
        />
      ) : null}
    </div>
  );
}
