/** The classes of a row of the account menu. */
export const menuRowClass =
  "flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-sunken aria-disabled:cursor-default aria-disabled:opacity-60";
