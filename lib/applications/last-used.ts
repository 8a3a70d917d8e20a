import "server-only";

import { processWide } from "@/lib/config/process-wide";
import { latestUse } from "@/lib/db/latest-use";

/** Collects the calls of applications and writes them off the request path. */
export const lastUsedApplications = processWide("last used applications", () =>
  latestUse("applications", "last_used_at", "unbound_at is null"),
);
