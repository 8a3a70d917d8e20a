"use client";

import { Command } from "cmdk";
import { Check } from "lucide-react";

import type { Filter } from "@/components/list/filter";
import { PopoverPanel } from "@/components/ui/popover";

/** The value of "no filter", which no filter has. */
const NONE = "";

/** Up to this many choices are overseen at a glance; typing narrows them, but the box for it isn't shown. */
const AT_A_GLANCE = 8;

const includes = (_: string, typed: string, words: readonly string[] = []) =>
  words.some((word) => word.toLowerCase().includes(typed.trim().toLowerCase())) ? 1 : 0;

/** The choices of a filter, which typing narrows. */
export function FilterMenu({
  anchor,
  label,
  all,
  value,
  options,
  onChoose,
  onClose,
}: Pick<Filter<string>, "label" | "all" | "options"> & {
  anchor: HTMLButtonElement;
  value: string | null;
  onChoose: (value: string | null) => void;
  onClose: () => void;
}) {
  const choices = [[NONE, all] as const, ...options];
  return (
    <PopoverPanel anchor={anchor} label={label} onClose={onClose} className="w-64 max-w-[calc(100vw-1rem)] p-1">
      <Command label={label} loop filter={includes} defaultValue={value ?? NONE}>
        <Command.Input
          aria-label={`Find in ${label}`}
          placeholder="Type to narrow"
          className={
            choices.length > AT_A_GLANCE
              ? "mb-1 h-8 w-full rounded-md border border-edge bg-surface px-2.5 placeholder:text-soft"
              : "sr-only"
          }
        />
        <Command.List className="max-h-72 overflow-y-auto">
          <Command.Empty className="px-2 py-1.5 text-soft">Nothing matches.</Command.Empty>
          {choices.map(([known, words]) => (
            <Command.Item
              key={known}
              value={known}
              keywords={[words]}
              onSelect={() => onChoose(known === NONE ? null : known)}
              className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 data-[selected=true]:bg-sunken forced-colors:data-[selected=true]:outline"
            >
              <Check
                aria-hidden
                className={`size-4 shrink-0 text-accent ${(value ?? NONE) === known ? "" : "invisible"}`}
              />
              <span className="min-w-0 [overflow-wrap:anywhere]">{words}</span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </PopoverPanel>
  );
}
