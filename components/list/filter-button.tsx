"use client";

import { clsx } from "clsx";
import { ChevronDown, X } from "lucide-react";
import { useState, type ReactElement } from "react";

import { NOT_LOADED, useModule } from "@/components/hooks/use-module";
import type { Filter } from "@/components/list/filter";
import { earlyClick } from "@/components/ui/early-click";
import { FieldError } from "@/components/ui/field-error";

/** What a chip opens, below it. */
interface PanelProps {
  readonly anchor: HTMLButtonElement;
  readonly onClose: () => void;
}

/**
 * A filter in the bar above a list: a button that opens its choices, with what is set and a button that clears it. The choices
 * are fetched when somebody is about to open them.
 * @param chosen what is set, in words; null for nothing
 * @param load fetches the module with the panel
 * @param panel renders the panel
 */
export function FilterChip<Module>({
  label,
  chosen,
  onClear,
  load,
  panel,
}: {
  label: string;
  chosen: string | null;
  onClear: () => void;
  load: () => Promise<Module>;
  panel: (module: Module, props: PanelProps) => ReactElement;
}) {
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null);
  const [open, setOpen] = useState(false);
  const { module, prepare, failed } = useModule(load);
  const isSet = chosen !== null;
  const half = "min-h-8 transition-colors hover:bg-sunken";
  return (
    <div>
      <div
        className={clsx(
          "inline-flex max-w-full items-stretch rounded-md border",
          isSet ? "border-accent bg-accent-wash text-accent" : "border-dashed border-edge bg-surface text-soft",
        )}
      >
        <button
          ref={setAnchor}
          {...earlyClick(() => {
            prepare();
            setOpen(!open);
          })}
          aria-haspopup="dialog"
          aria-expanded={open && module !== null}
          onPointerEnter={prepare}
          onFocus={prepare}
          className={clsx(
            half,
            "inline-flex min-w-0 items-center gap-1.5 rounded-md px-2.5",
            isSet || "hover:text-ink",
          )}
        >
          <span className={clsx("min-w-0 truncate", isSet && "max-w-56")}>
            <span className={isSet ? undefined : "font-medium"}>{label}</span>
            {isSet ? <span className="font-medium">{`: ${chosen}`}</span> : null}
          </span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0" />
        </button>
        {isSet ? (
          <button
            {...earlyClick(() => {
              anchor?.focus();
              onClear();
            })}
            aria-label={`Clear ${label}`}
            className={clsx(half, "grid w-7 place-items-center rounded-md")}
          >
            <X aria-hidden className="size-3.5" />
          </button>
        ) : null}
      </div>
      {open && module && anchor ? panel(module, { anchor, onClose: () => setOpen(false) }) : null}
      {open && failed ? <FieldError>{NOT_LOADED}</FieldError> : null}
    </div>
  );
}

/** A filter by one of several values. */
export function FilterButton({
  label,
  all,
  value,
  options,
  onChange,
}: Omit<Filter<string>, "name"> & { value: string | null; onChange: (value: string | null) => void }) {
  const chosen = options.find(([known]) => known === value)?.[1] ?? null;
  return (
    <FilterChip
      label={label}
      chosen={chosen}
      onClear={() => onChange(null)}
      load={() => import("@/components/list/filter-menu")}
      panel={({ FilterMenu }, { anchor, onClose }) => (
        <FilterMenu
          anchor={anchor}
          label={label}
          all={all}
          value={value}
          options={options}
          onClose={onClose}
          onChoose={(chosenValue) => {
            onClose();
            if (chosenValue !== value) onChange(chosenValue);
          }}
        />
      )}
    />
  );
}
