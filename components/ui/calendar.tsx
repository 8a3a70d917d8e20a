import { ChevronLeft, ChevronRight } from "lucide-react";
import { DayPicker } from "react-day-picker";

/** The days of a month, to choose one from; focuses the chosen day, or the first one that can be chosen. @param from the first day that can be chosen */
export function Calendar({
  chosen,
  from,
  onChoose,
}: {
  chosen: Date | undefined;
  from: Date;
  onChoose: (day: Date) => void;
}) {
  const arrow = "grid size-8 place-items-center rounded-md text-soft hover:bg-sunken aria-disabled:invisible";
  return (
    <DayPicker
      mode="single"
      required
      // The popover moves the focus to its content, as a dialog does: here to the day.
      // eslint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      weekStartsOn={1}
      showOutsideDays
      selected={chosen}
      onSelect={onChoose}
      defaultMonth={chosen ?? from}
      startMonth={from}
      disabled={{ before: from }}
      components={{
        Chevron: ({ orientation }) =>
          orientation === "left" ? (
            <ChevronLeft aria-hidden className="size-4" />
          ) : (
            <ChevronRight aria-hidden className="size-4" />
          ),
      }}
      classNames={{
        months: "relative",
        nav: "absolute inset-x-0 top-0 flex justify-between",
        button_previous: arrow,
        button_next: arrow,
        month_caption: "grid h-8 place-items-center font-medium",
        month_grid: "mt-1 border-collapse",
        weekday: "size-9 text-xs font-normal text-soft max-[22rem]:size-8",
        day: "p-0 text-center",
        day_button:
          "size-9 rounded-md tabular-nums hover:bg-sunken disabled:opacity-40 disabled:hover:bg-transparent max-[22rem]:size-8",
        today: "font-semibold text-accent",
        outside: "text-soft",
        selected:
          "[&>button]:bg-accent [&>button]:text-on-accent [&>button]:hover:bg-accent-strong forced-colors:[&>button]:outline-2 forced-colors:[&>button]:-outline-offset-2",
      }}
    />
  );
}
