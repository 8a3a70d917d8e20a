// `bin/audit-verify.mjs` of the standalone folder: `npm run audit:verify` where there is no checkout, for a PostgreSQL database or a
// saved feed.
import { withSecretFiles } from "@/lib/config/secret-files";

import { savedFeedOf, verifyFile } from "./verify-audit-file";
import { verifyAudit } from "./verify-audit-logs";

function verifyDatabase(): Promise<boolean> {
  const { settings, problems } = withSecretFiles(process.env);
  const url = settings.DATABASE_URL?.trim();
  if (!url || problems.DATABASE_URL)
    throw new Error(problems.DATABASE_URL ?? "DATABASE_URL is missing: the PostgreSQL database to verify.");
  return verifyAudit(url, console.log);
}

try {
  const feed = savedFeedOf(process.argv.slice(2), process.cwd());
  process.exitCode = (await (feed ? verifyFile(feed, console.log) : verifyDatabase())) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  // 1 means that a log was altered.
  process.exitCode = 2;
}
