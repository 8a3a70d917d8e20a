import { clsx } from "clsx";

/** The classes of a link in a row of links of which one is current. Forced colours show transparent borders too, so there the others' have the colour of the page. */
export function tabClass(current: boolean, padding = "px-2 py-2"): string {
  return clsx(
    "-mb-px border-b-2",
    padding,
    current
      ? "border-accent font-semibold forced-colors:border-[Highlight]"
      : "border-transparent text-soft hover:text-ink forced-colors:border-[Canvas]",
  );
}
