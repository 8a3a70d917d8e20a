import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";

/** The colours of a badge. */
export const BADGE_TONES = {
  good: "bg-good-wash text-good",
  warn: "bg-warn-wash text-warn",
  accent: "bg-accent-wash text-accent",
  bad: "bg-bad-wash text-bad",
  quiet: "bg-quiet-wash text-soft",
} as const;

/** A word with an icon and a colour. Its meaning shows on hover, and in a legend below the list. */
export function Badge({
  tone,
  icon: Icon,
  title,
  label,
}: {
  tone: keyof typeof BADGE_TONES;
  icon: LucideIcon;
  title: string;
  label: string;
}) {
  return (
    <span
      title={title}
      className={clsx(
        // The border shows only in forced colours.
        "inline-flex h-5.5 items-center gap-1 rounded-full border border-transparent px-2 text-xs font-medium whitespace-nowrap",
        BADGE_TONES[tone],
      )}
    >
      <Icon aria-hidden className="size-3.5" />
      <span>{label}</span>
    </span>
  );
}
