import { clsx } from "clsx";

/** The classes of a link in a row of tabs. Forced colours make transparent borders visible, so there they have the page's colour. */
export function tabClass(current: boolean, padding = "px-2 py-2"): string {
  return clsx(
    "-mb-px border-b-2",
    padding,
    current
      ? "border-accent font-semibold forced-colors:border-[Highlight]"
      : "border-transparent text-soft hover:text-ink forced-colors:border-[Canvas]",
  );
}
