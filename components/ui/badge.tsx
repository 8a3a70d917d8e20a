import { clsx } from "clsx";

import type { BadgeIcon } from "@/components/ui/badge-icons";

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
  icon,
  title,
  label,
}: {
  tone: keyof typeof BADGE_TONES;
  icon: BadgeIcon;
  title: string;
  label: string;
}) {
  return (
    <span title={title} className={clsx("badge", BADGE_TONES[tone])}>
      <svg aria-hidden className="size-3.5">
        <use href={`#badge-${icon}`} />
      </svg>
      <span>{label}</span>
    </span>
  );
}
