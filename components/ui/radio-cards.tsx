"use client";

import { useEffect, useId, useRef } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";

/**
 * A choice of one, each with what it means.
 * @param options value, meaning, and the name where that is another than the value
 * @param isFirst whether it's the first field, which gets the focus
 */
export function RadioCards({
  legend,
  options,
  isFirst = false,
  ...registration
}: UseFormRegisterReturn & {
  legend: string;
  options: readonly (readonly [value: string, meaning: string, name?: string])[];
  isFirst?: boolean;
}) {
  const id = useId();
  const field = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    // A dialog focuses the first radio button, chosen or not.
    if (isFirst) field.current?.querySelector<HTMLInputElement>(":checked")?.focus();
  }, [isFirst]);
  return (
    <fieldset ref={field} className="grid gap-1">
      <legend className="mb-1 font-medium">{legend}</legend>
      <div className="grid gap-2">
        {options.map(([value, meaning, name = value]) => (
          <label
            key={value}
            className="flex cursor-pointer items-start gap-3 rounded-lg border border-edge px-3 py-2 outline-offset-2 outline-accent transition-colors hover:bg-sunken has-checked:border-accent has-checked:bg-accent-wash has-focus-visible:outline-2"
          >
            <input
              type="radio"
              value={value}
              aria-labelledby={`${id}-${value}`}
              aria-describedby={`${id}-${value}-meaning`}
              className="mt-0.5 size-4 shrink-0 cursor-pointer accent-accent outline-none forced-colors:accent-auto"
              {...registration}
            />
            <span className="min-w-0">
              <span id={`${id}-${value}`} className="block font-medium">
                {name}
              </span>
              <span id={`${id}-${value}-meaning`} className="block text-xs text-soft">
                {meaning}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
