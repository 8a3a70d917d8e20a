"use client";

import { useId, useSyncExternalStore } from "react";

import { useEarlyInput } from "@/components/hooks/use-early-input";
import { FieldError, inputClass } from "@/components/ui/field";

const noSubscription = () => () => undefined;

/** The day of a time in this browser's time zone, as a date field takes it. */
function localDay(time: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${String(time.getFullYear()).padStart(4, "0")}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** The start of a day, or of the next one, in this browser's time zone. */
function startOfDay(day: string, later: 0 | 1): string | null {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || year < 1970 || month === undefined || date === undefined) return null;
  return new Date(year, month - 1, date + later).toISOString();
}

/** A time within the day that the field shows. The URL has the end of the last day, which is excluded. */
export const timeOfDay = (time: string | null, isLast: boolean) =>
  time ? new Date(new Date(time).getTime() - (isLast ? 1 : 0)) : null;

/**
 * The first or the last day of the log to show. The URL has exact times, which mean the same in every time zone.
 * @param value the time in the URL
 * @param isLast whether this is the last day: then the URL has its end
 */
export function DayField({
  label,
  value,
  isLast = false,
  error,
  onChange,
}: {
  label: string;
  value: string | null;
  isLast?: boolean;
  error?: string | undefined;
  onChange: (time: string | null) => void;
}) {
  const time = timeOfDay(value, isLast);
  // The server does not know this browser's time zone.
  const day = useSyncExternalStore(
    noSubscription,
    () => (time ? localDay(time) : ""),
    () => time?.toISOString().slice(0, 10) ?? "",
  );
  const choose = (chosen: string) => onChange(chosen ? startOfDay(chosen, isLast ? 1 : 0) : null);
  const field = useEarlyInput<HTMLInputElement>(day, choose);
  const errorId = useId();
  return (
    <div className="grid gap-1 max-md:col-span-2">
      <label className="flex items-center gap-1.5 text-xs text-soft max-md:grid max-md:grid-cols-[2.5rem_1fr]">
        <span>{label}</span>
        <input
          ref={field}
          type="date"
          autoComplete="off"
          min="1970-01-01"
          max="9999-12-30"
          value={day}
          suppressHydrationWarning
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? errorId : undefined}
          onChange={(event) => choose(event.target.value)}
          className={`${inputClass} text-ink md:w-36`}
        />
      </label>
      {error ? <FieldError id={errorId}>{error}</FieldError> : null}
    </div>
  );
}
