"use client";

import { formatDuration, intervalToDuration } from "date-fns";
import type { FieldErrors, UseFormRegister } from "react-hook-form";

import { useNow } from "@/components/time/clock";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import { LocalAndUtcTime, useHasTimeZone } from "@/components/time/time";
import {
  customExpiry as parseCustomExpiry,
  EXPIRY_PRESETS,
  expiryProblem,
  resolveExpiry,
  type ExpiryChoice,
} from "@/lib/api-keys/expiry";

/** The form's own values; {@link toExpiryChoice} makes of them what the server takes. */
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

/** What the form says, as the server takes it; null while a custom moment is not filled in. */
export function toExpiryChoice({ expiry, customExpiry }: ExpiryValues): ExpiryChoice | null {
  if (expiry === "never" || expiry === "same") return { kind: expiry };
  if (expiry !== "custom") return { kind: "preset", preset: expiry };
  return parseCustomExpiry(customExpiry);
}

/** A lifetime in words, such as "90 days" or "45 days 3 hours". */
function lifetimeText(lifetime: number): string {
  const days = Math.floor(lifetime / 86_400_000);
  const rest = intervalToDuration({ start: 0, end: lifetime % 86_400_000 });
  const text = formatDuration({ days, hours: rest.hours ?? 0, minutes: rest.minutes ?? 0 });
  return text || "under a minute";
}

/**
 * Expiry: presets, a custom date and time, or none; with the resolved moment beneath, in the person's time zone and in UTC.
 * @param sameLifetime for a rotation: offers the lifetime of the old key in milliseconds, null for none
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
  const isRotation = sameLifetime !== undefined;
  const choice = toExpiryChoice(values);
  const resolved = choice && resolveExpiry(choice, now, sameLifetime ?? null);
  const summary = !choice ? null : resolved ? (
    // Keys: React must not turn one into the other piece by piece, which fails on a translated page.
    <span key="ends">
      Stops working on <LocalAndUtcTime at={resolved.toISOString()} />
    </span>
  ) : (
    <span key="never">Never expires. You can revoke it at any time.</span>
  );
  return (
    <div className="grid gap-3">
      <Field label="Expiry" hint={values.expiry === "custom" ? undefined : summary} error={errors.expiry?.message}>
        {(control) => (
          <select {...control} {...register("expiry")} className={inputClass}>
            {isRotation && sameLifetime !== null ? (
              <option value="same">{`Same lifetime as before: ${lifetimeText(sameLifetime)}`}</option>
            ) : null}
            <option value="never">No expiry</option>
            {EXPIRY_PRESETS.map((preset) => (
              <option key={preset} value={preset}>
                {PRESET_LABELS[preset]}
              </option>
            ))}
            <option value="custom">Custom date and time…</option>
          </select>
        )}
      </Field>
      {values.expiry === "custom" ? (
        <Field
          label="Expires on"
          hint={summary ?? <span>{hasTimeZone ? "In your time zone." : "In UTC."}</span>}
          error={errors.customExpiry?.message}
        >
          {(control) => (
            <input
              {...control}
              type="datetime-local"
              className={inputClass}
              {...register("customExpiry", {
                validate: (customExpiry, form) => {
                  if (form.expiry !== "custom") return true;
                  const custom = toExpiryChoice({ expiry: "custom", customExpiry });
                  if (!custom) return "Choose a date and time.";
                  return expiryProblem(resolveExpiry(custom, now), now) ?? true;
                },
              })}
            />
          )}
        </Field>
      ) : null}
    </div>
  );
}
