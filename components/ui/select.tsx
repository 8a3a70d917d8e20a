"use client";

import { clsx } from "clsx";
import { getNonce } from "get-nonce";
import { Check, ChevronDown } from "lucide-react";
import { Select as Primitive } from "radix-ui";
import type { ComponentProps } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";

import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input";

type Option<Value extends string> = readonly [value: Value, label: string];

/** A field with a list to choose from, registered with a form. @param value the watched value @param options values with their labels */
export function SelectField<Value extends string>({
  label,
  error,
  hint,
  value,
  options,
  name,
  onChange,
  ...registration
}: Omit<ComponentProps<typeof Field>, "children"> &
  Pick<UseFormRegisterReturn, "name" | "onChange" | "onBlur" | "ref"> & {
    value: Value;
    options: readonly Option<Value>[];
  }) {
  const chosen = options.find(([known]) => known === value)?.[1];
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Primitive.Root
          value={value}
          onValueChange={(next) => void onChange({ type: "change", target: { name, value: next } })}
        >
          <Primitive.Trigger
            {...registration}
            {...control}
            className={clsx(inputClass, "flex h-auto min-h-8 items-center justify-between gap-2 py-1 text-left")}
          >
            <Primitive.Value>
              {/* With text of its own, Radix doesn't move the option's text here, which fails on a translated page. */}
              <span key={value}>{chosen}</span>
            </Primitive.Value>
            <Primitive.Icon asChild>
              <ChevronDown aria-hidden className="size-4 shrink-0 text-soft" />
            </Primitive.Icon>
          </Primitive.Trigger>
          {/* Not in a portal: the list is a part of the dialog, also for screen readers. */}
          <Primitive.Content
            position="popper"
            sideOffset={4}
            collisionPadding={8}
            className="z-10 max-h-(--radix-select-content-available-height) w-(--radix-select-trigger-width) overflow-hidden rounded-lg border border-line bg-surface shadow-overlay"
          >
            <Primitive.Viewport nonce={getNonce()} className="p-1">
              {options.map(([known, text]) => (
                <Primitive.Item
                  key={known}
                  value={known}
                  className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md py-1 pr-2 pl-8 outline-none select-none data-highlighted:bg-sunken data-[state=checked]:pl-2 forced-colors:data-highlighted:outline-2 forced-colors:data-highlighted:-outline-offset-2 forced-colors:data-highlighted:outline-solid"
                >
                  <Primitive.ItemIndicator>
                    <Check aria-hidden className="size-4 text-accent" />
                  </Primitive.ItemIndicator>
                  <Primitive.ItemText>{text}</Primitive.ItemText>
                </Primitive.Item>
              ))}
            </Primitive.Viewport>
          </Primitive.Content>
        </Primitive.Root>
      )}
    </Field>
  );
}
