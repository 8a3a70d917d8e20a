"use client";

import { clsx } from "clsx";
import { Calendar as CalendarIcon } from "lucide-react";
import { Popover } from "radix-ui";
import { useRef, useState, type ComponentProps } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";

import { useModule } from "@/components/hooks/use-module";
import { dateOrder, readTypedTime, typedDay } from "@/components/time/typed-time";
import { Field, TextField } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input";

interface Props extends Omit<ComponentProps<typeof Field>, "children"> {
  registration: UseFormRegisterReturn;
  /** The watched text. */
  value: string;
  /** The first day that can be chosen. */
  from: Date;
  /** Receives the text once a day was chosen. */
  onChoose: (text: string) => void;
}

/** A date and time as text, with a calendar; on a phone the system's own field, which is easier to use than a keyboard. */
export function DateTimeField(props: Props) {
  const { label, hint, error, registration } = props;
  const [isTouch] = useState(() => window.matchMedia("(pointer: coarse)").matches);
  if (isTouch) return <TextField type="datetime-local" label={label} hint={hint} error={error} {...registration} />;
  return <TypedTime {...props} />;
}

function TypedTime({ label, hint, error, registration: { ref, ...registration }, value, from, onChoose }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const { module: loaded, prepare, failed } = useModule(() => import("@/components/ui/calendar"));
  const field = useRef<HTMLInputElement | null>(null);
  const typed = readTypedTime(value, dateOrder());
  const hasChosen = useRef(false);
  const choose = (day: Date) => {
    hasChosen.current = true;
    onChoose(typedDay(day, value, dateOrder()));
    setIsOpen(false);
  };
  const open = (isNext: boolean) => {
    hasChosen.current = false;
    if (isNext) prepare();
    setIsOpen(isNext);
  };
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className="relative">
          <input
            type="text"
            autoComplete="off"
            spellCheck={false}
            placeholder="31 Jan 2027, 18:00"
            {...registration}
            {...control}
            ref={(input) => {
              field.current = input;
              ref(input);
            }}
            className={clsx(inputClass, "pr-10")}
          />
          <Popover.Root open={isOpen} onOpenChange={open}>
            <Popover.Trigger
              aria-label="Open the calendar"
              onPointerEnter={prepare}
              onFocus={prepare}
              className="absolute inset-y-1 right-1 grid w-7 place-items-center rounded-sm text-soft hover:bg-sunken hover:text-ink"
            >
              <CalendarIcon aria-hidden className="size-4" />
            </Popover.Trigger>
            {/* Not in a portal: the dialog around it keeps the focus and the scrolling to itself. */}
            <Popover.Content
              align="end"
              sideOffset={6}
              collisionPadding={8}
              aria-label="Calendar"
              onCloseAutoFocus={(event) => {
                if (!hasChosen.current) return;
                event.preventDefault();
                selectTime(field.current);
              }}
              className="z-10 min-h-72 min-w-60 rounded-lg border border-line bg-surface p-3 shadow-overlay"
            >
              {loaded ? (
                <loaded.Calendar chosen={typed === null ? undefined : new Date(typed)} from={from} onChoose={choose} />
              ) : (
                <p role="status" className="text-soft">
                  {failed ? "The calendar couldn’t be loaded. Type the date instead." : "Loading…"}
                </p>
              )}
            </Popover.Content>
          </Popover.Root>
        </div>
      )}
    </Field>
  );
}

/** Focuses the field with its time selected: that is what is typed next. */
function selectTime(field: HTMLInputElement | null): void {
  field?.focus();
  field?.setSelectionRange(field.value.indexOf(", ") + 2, field.value.length);
}
