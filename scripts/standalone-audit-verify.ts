// `bin/audit-verify.mjs` of the standalone folder: `npm run audit:verify` where there is no checkout, for a PostgreSQL database.
import { withSecretFiles } from "@/lib/config/secret-files";

import { verifyAudit } from "./verify-audit-logs";

try {
  const { settings, problems } = withSecretFiles(process.env);
  const url = settings.DATABASE_URL?.trim();
  if (!url || problems.DATABASE_URL)
    throw new Error(problems.DATABASE_URL ?? "DATABASE_URL is missing: the PostgreSQL database to verify.");
  process.exitCode = (await verifyAudit(url, console.log)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  // 1 means that a log was altered.
  process.exitCode = 2;
}
