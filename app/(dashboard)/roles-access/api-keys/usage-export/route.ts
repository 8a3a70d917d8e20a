import { API_KEYS_PATH } from "@/components/shell/paths";
import { usageCsv } from "@/lib/api-keys/usage/export";
import { RANGE_NAMES } from "@/lib/api-keys/usage/range";
import { readKeyUsage } from "@/lib/api-keys/usage/read";
import { downloadHandler } from "@/lib/auth/download-handler";
import { AppError } from "@/lib/errors/app-error";
import { CSV_TYPE } from "@/lib/text/csv";

export const dynamic = "force-dynamic";

const ROUTE = {
  path: `${API_KEYS_PATH}/usage-export`,
  role: "Admin",
  instead: "Open the key’s page and export its requests from there.",
} as const;

/** The numbers of the chart on a key's page as a file. */
export const GET = downloadHandler(ROUTE, async (actor, query, now) => {
  const range = RANGE_NAMES.find((known) => known === query.get("range"));
  if (!range) throw new AppError("BAD_REQUEST", `range must be one of ${RANGE_NAMES.join(", ")}.`);
  const usage = await readKeyUsage(actor, query.get("key") ?? "", range, now);
  return { body: usageCsv(usage), type: CSV_TYPE, name: [`key-usage-${range}`, "csv"] };
});
