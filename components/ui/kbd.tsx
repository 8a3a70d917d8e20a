import type { ReactNode } from "react";

/** A key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd
      translate="no"
      className="inline-grid h-5 min-w-5 place-items-center rounded-md border border-line bg-sunken px-1 font-sans text-xs text-soft"
    >
      {children}
    </kbd>
  );
}
