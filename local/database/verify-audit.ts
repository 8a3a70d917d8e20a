import { type Query, reportLine, verifyAuditChains } from "@/lib/audit/verify";
import { connectClient, databaseClient } from "@/lib/db-config";

/**
 * Verifies the audit log of every organisation of a database, and says of each what came of it. Reads only.
 * @param url PostgreSQL connection string
 * @param log receives a line for each organisation
 * @returns whether nothing is wrong
 * @throws Error when the database cannot be reached
 */
export async function verifyAudit(url: string, log: (line: string) => void): Promise<boolean> {
  const client = databaseClient(url);
  // A connection that breaks fails its statement; without a listener it would end the process, with the code for an altered log.
  client.on("error", () => undefined);
  await connectClient(client);
  try {
    const query: Query = async <Row>(sql: string, values: readonly unknown[]) =>
      (await client.query(sql, [...values])).rows as Row[];
    let sound = true;
    for await (const report of verifyAuditChains(query)) {
      log(reportLine(report));
      sound &&= report.fault === null;
    }
    return sound;
  } finally {
    await client.end();
  }
}
