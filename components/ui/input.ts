/** The classes of a text box, a select and a date field. */
export const inputClass =
  "h-8 w-full rounded-md border border-edge bg-surface px-2.5 placeholder:text-soft disabled:opacity-60 aria-invalid:border-bad";
