import "server-only";

import type { MemberActor } from "@/lib/actor";
import { usageCsv } from "@/lib/usage/export";
import { RANGE_NAMES, type UsageRange } from "@/lib/usage/range";
import type { Usage } from "@/lib/usage/read";
import { downloadHandler } from "@/lib/auth/download-handler";
import { AppError } from "@/lib/errors/app-error";
import { CSV_TYPE } from "@/lib/text/csv";

/**
 * A GET for the usage of a key or an application as a file.
 * @param path the route's own
 * @param noun what it is, which also names the query parameter with its id
 * @param read reads its usage in a range
 */
export function usageDownload(
  path: string,
  noun: "key" | "application",
  read: (actor: MemberActor, id: string, range: UsageRange, now: Date) => Promise<Usage>,
) {
  const instead = `Open the ${noun}’s page and export its requests from there.`;
  return downloadHandler({ path, role: "Admin", instead }, async (actor, query, now) => {
    const range = RANGE_NAMES.find((known) => known === query.get("range"));
    if (!range) throw new AppError("BAD_REQUEST", `range must be one of ${RANGE_NAMES.join(", ")}.`);
    const usage = await read(actor, query.get(noun) ?? "", range, now);
    return { body: usageCsv(usage), type: CSV_TYPE, name: [`${noun}-usage-${range}`, "csv"] };
  });
}
