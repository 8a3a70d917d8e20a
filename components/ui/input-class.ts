import { clsx } from "clsx";

/** The classes of a text box, a select and a date field. */
export const inputClass = clsx(
  "bg-surface border-edge h-8 w-full rounded-md border px-2.5",
  "aria-invalid:border-bad placeholder:text-soft disabled:opacity-60",
);
