import { Badge } from "@/components/ui/badge";
import type { KeyStatus, Refusal } from "@/lib/api-keys/status";

/** The label of each status. */
export const STATUS_LABELS: Record<KeyStatus, string> = {
  active: "Active",
  expiring: "Expiring soon",
  rotating: "Retiring",
  expired: "Expired",
  revoked: "Revoked",
};

const LOOKS = {
  active: { icon: "check", tone: "good" },
  expiring: { icon: "hourglass", tone: "warn" },
  rotating: { icon: "turn", tone: "accent" },
  expired: { icon: "clock", tone: "bad" },
  revoked: { icon: "slash", tone: "quiet" },
} as const;

const ROTATED_OUT = "Rotated, and no longer works. Use the key that replaced it.";

const MEANINGS: Readonly<Record<KeyStatus, string>> = {
  active: "Works. Rotate it on a schedule, and right away if it may have leaked.",
  expiring: "Stops working within 7 days. Rotate it to get a new key without downtime.",
  rotating: "Replaced by a new key. Switch everything that still uses it before it stops working.",
  expired: "Reached its expiry and no longer works. Create a new key if something still needs one.",
  revoked: "Revoked by an admin and no longer works. Create a new key if something still needs one.",
};

/** The meaning of each status and of the filter "Working", and what to do about it. */
export const STATUS_LEGEND = [
  ...(Object.keys(MEANINGS) as KeyStatus[]).map(
    (status) =>
      [
        STATUS_LABELS[status],
        status === "expired" ? `${MEANINGS.expired} Or: ${ROTATED_OUT}` : MEANINGS[status],
      ] as const,
  ),
  ["Working", "Active, Expiring soon or Retiring: calls with the key are accepted."] as const,
];

/** A key's status; its meaning shows on hover. */
export function StatusBadge({ status, refusal }: { status: KeyStatus; refusal: Refusal | null }) {
  const title = refusal === "rotated_out" ? ROTATED_OUT : MEANINGS[status];
  return <Badge {...LOOKS[status]} label={STATUS_LABELS[status]} title={title} />;
}
