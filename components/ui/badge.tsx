import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";

/** The colours of a badge, by what it says. */
export const BADGE_TONES = {
  good: "bg-good-wash text-good",
  warn: "bg-warn-wash text-warn",
  accent: "bg-accent-wash text-accent",
  bad: "bg-bad-wash text-bad",
  quiet: "bg-quiet-wash text-soft",
} as const;

/** A word with its own icon and colour. What it means shows on hover; a legend below the list says it to everybody. */
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
        // The border shows in forced colours only.
        "inline-flex h-5.5 items-center gap-1 rounded-full border border-transparent px-2 text-xs font-medium whitespace-nowrap",
        BADGE_TONES[tone],
      )}
    >
      <Icon aria-hidden className="size-3.5" />
      <span>{label}</span>
    </span>
  );
}
