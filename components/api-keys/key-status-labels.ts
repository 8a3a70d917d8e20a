import type { KeyStatus } from "@/lib/api-keys/status";

/** The label of each status. */
export const STATUS_LABELS: Record<KeyStatus, string> = {
  active: "Active",
  expiring: "Expiring soon",
  rotating: "Retiring",
  expired: "Expired",
  revoked: "Revoked",
};
