import "server-only";

import { processWide } from "@/lib/config/process-wide";
import { latestUse } from "@/lib/db/latest-use";

/** Collects API calls that members make with access tokens and writes them off the request path. */
export const lastActive = processWide("last active", () =>
  latestUse("members", "last_active_at", "removed_at is null"),
);
