"use client";

import type { FieldErrors, UseFormRegister } from "react-hook-form";

import { lifetimeText } from "@/components/time/duration";
import { LocalAndUtcTime, useHasTimeZone, useNow } from "@/components/time/time";
import { dateOrder, readTypedTime } from "@/components/time/typed-time";
import { DateTimeField } from "@/components/ui/date-time-field";
import { SelectField } from "@/components/ui/select";
import {
  customExpiry as parseCustomExpiry,
  EXPIRY_PRESETS,
  expiryProblem,
  resolveExpiry,
  type ExpiryChoice,
} from "@/lib/api-keys/expiry";

/** The values of the form; {@link toExpiryChoice} converts them to what the server accepts. */
export interface ExpiryValues {
  expiry: "never" | "same" | "custom" | (typeof EXPIRY_PRESETS)[number];
  /** As typed, in the person's time zone. */
  customExpiry: string;
}

const PRESET_LABELS: Record<(typeof EXPIRY_PRESETS)[number], string> = {
  "7d": "7 days",
  "30d": "30 days",
  "60d": "60 days",
  "90d": "90 days",
  "1y": "1 year",
};

/** The chosen expiry as the server accepts it; null while what is typed is no time. */
export function toExpiryChoice({ expiry, customExpiry }: ExpiryValues): ExpiryChoice | null {
  if (expiry === "never" || expiry === "same") return { kind: expiry };
  if (expiry !== "custom") return { kind: "preset", preset: expiry };
  return parseCustomExpiry(readTypedTime(customExpiry, dateOrder()) ?? "");
}

/** The field that shows a refused expiry. */
export const expiryFieldOf = ({ expiry }: ExpiryValues) => (expiry === "custom" ? "customExpiry" : "expiry");

/** What is wrong with a custom expiry; null when nothing is. */
function customExpiryProblem(customExpiry: string, now: Date): string | null {
  const custom = toExpiryChoice({ expiry: "custom", customExpiry });
  if (custom) return expiryProblem(resolveExpiry(custom, now), now);
  return customExpiry.trim() === "" ? "Choose a date and time." : "Enter a date and time such as 31 Jan 2027, 18:00.";
}

/**
 * Expiry: presets, a custom date and time, or none; with the resolved time below, in the person's time zone and in UTC.
 * @param sameLifetime for a rotation: offers the lifetime of the old key, in milliseconds; null for a key that never expires
 * @param onCustom receives a custom time that was chosen rather than typed
 */
export function ExpiryField({
  register,
  values,
  errors,
  sameLifetime,
  onCustom,
}: {
  register: UseFormRegister<ExpiryValues>;
  values: ExpiryValues;
  errors: FieldErrors<ExpiryValues>;
  sameLifetime?: number | null;
  onCustom: (text: string) => void;
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
    <span key="never">Never expires. Keys without an expiry are listed under Needs attention.</span>
  );
  return (
    <div className="grid gap-3">
      <SelectField
        label="Expiry"
        hint={values.expiry === "custom" ? undefined : summary}
        error={errors.expiry?.message}
        value={values.expiry}
        options={[
          ...(sameLifetime ? [["same", `Same lifetime as before: ${lifetimeText(sameLifetime)}`] as const] : []),
          ["never", "No expiry"],
          ...EXPIRY_PRESETS.map((preset) => [preset, PRESET_LABELS[preset]] as const),
          ["custom", "Custom date and time…"],
        ]}
        {...register("expiry")}
      />
      {values.expiry === "custom" ? (
        <DateTimeField
          label="Expires on"
          hint={summary ?? <span>{hasTimeZone ? "In your time zone." : "In UTC."}</span>}
          error={errors.customExpiry?.message}
          value={values.customExpiry}
          from={now}
          onChoose={onCustom}
          registration={register("customExpiry", {
            validate: (customExpiry, form) =>
              form.expiry !== "custom" || (customExpiryProblem(customExpiry, now) ?? true),
          })}
        />
      ) : null}
    </div>
  );
}
