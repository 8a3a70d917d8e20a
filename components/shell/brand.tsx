import { KeyRound, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { BADGE_TONES } from "@/components/ui/badge";

/** The product's name with its mark, on pages without the shell. */
export function Brand() {
  return (
    <p className="flex items-center gap-2 text-base font-semibold">
      <span className="grid size-8 place-items-center rounded-lg bg-accent text-on-accent">
        <KeyRound aria-hidden className="size-4" />
      </span>
      Neo
    </p>
  );
}

/** The heading of a page that is one message. */
export function MessageHeading({
  icon: Icon,
  tone,
  children,
}: {
  icon: LucideIcon;
  tone: keyof typeof BADGE_TONES;
  children: ReactNode;
}) {
  return (
    <>
      <span className={`grid size-10 place-items-center rounded-lg ${BADGE_TONES[tone]}`}>
        <Icon aria-hidden className="size-5" />
      </span>
      <h1 className="text-2xl font-semibold tracking-tight break-words">{children}</h1>
    </>
  );
}
