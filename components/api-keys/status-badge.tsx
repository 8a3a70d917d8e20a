import { CircleCheck, CircleSlash, Clock, Hourglass, RefreshCw } from "lucide-react";
import { clsx } from "clsx";

import { STATUS_LABELS } from "@/components/api-keys/status-words";
import { Tooltip } from "@/components/ui/tooltip";
import type { KeyStatus, Refusal } from "@/lib/keys/status";

const LOOKS = {
  active: { icon: CircleCheck, className: "bg-good-wash text-good" },
  expiring: { icon: Hourglass, className: "bg-warn-wash text-warn" },
  rotating: { icon: RefreshCw, className: "bg-accent-wash text-accent" },
  expired: { icon: Clock, className: "bg-bad-wash text-bad" },
  revoked: { icon: CircleSlash, className: "bg-quiet-wash text-soft" },
} as const;

function remedy(status: KeyStatus, refusal: Refusal | null): string {
  switch (status) {
    case "active":
      return "It works. Rotate it on a schedule, and at once if it may have leaked.";
    case "expiring":
      return "It stops within 7 days. Rotate it to get a fresh key without downtime.";
    case "rotating":
      return "It was rotated. Move whatever still uses it to the new key before it stops.";
    case "expired":
      return refusal === "rotated_out"
        ? "It was rotated and its last 24 hours are over. Use the key that replaced it."
        : "It reached its expiry and no longer works. Create a new key if something still needs one.";
    case "revoked":
      return "An admin ended it for good. Create a new key if something still needs one.";
  }
}

/** A status as a word with its own icon and colour; what to do about it on hover and on focus. */
export function StatusBadge({ status, refusal }: { status: KeyStatus; refusal: Refusal | null }) {
  const { icon: Icon, className } = LOOKS[status];
  return (
    <Tooltip
      content={remedy(status, refusal)}
      className={clsx(
        "inline-flex h-5.5 cursor-default items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap",
        className,
      )}
    >
      <Icon aria-hidden className="size-3.5" />
      {STATUS_LABELS[status]}
    </Tooltip>
  );
}
