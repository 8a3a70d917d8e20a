"use client";

import { useState } from "react";

import { type DayRange, presets } from "@/components/audit-log/day-range";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input";
import { PopoverPanel } from "@/components/ui/popover";
import { isBackwards } from "@/lib/audit-log/range";

/** Ranges to choose from, and any other by its first and last day. */
export function DateRangePanel({
  anchor,
  range,
  onChange,
  onClose,
}: {
  anchor: HTMLButtonElement;
  range: DayRange;
  onChange: (range: DayRange) => void;
  onClose: () => void;
}) {
  const [days, setDays] = useState(range);
  const [now] = useState(() => new Date());
  const backwards = isBackwards({ from: days.first, to: days.last });
  const choose = (chosen: DayRange) => {
    onClose();
    onChange(chosen);
  };
  return (
    <PopoverPanel anchor={anchor} label="Date" onClose={onClose} className="w-72 max-w-[calc(100vw-1rem)] p-3">
      <div className="flex flex-wrap gap-1.5">
        {presets(now).map(([label, preset]) => (
          <Button key={label} small onClick={() => choose(preset)}>
            {label}
          </Button>
        ))}
      </div>
      <form
        className="mt-3 grid gap-3 border-t border-line pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!backwards) choose(days);
        }}
      >
        {(["first", "last"] as const).map((end) => (
          <TextField
            key={end}
            label={end === "first" ? "From" : "To"}
            type="date"
            min="1970-01-01"
            max="9999-12-30"
            value={days[end]}
            error={end === "first" && backwards ? "“From” must not be after “To”." : undefined}
            onChange={(event) => setDays({ ...days, [end]: event.target.value })}
            className={inputClass}
          />
        ))}
        <Button look="primary" type="submit">
          Show
        </Button>
      </form>
    </PopoverPanel>
  );
}
