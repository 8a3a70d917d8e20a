import { type Query, reportLine, verifyAuditChains } from "@/lib/audit-log/verify";
import { connectClient, databaseClient } from "@/lib/config/database-connection";

/**
 * Verifies every organisation's audit log in a database and reports each result. Read-only.
 * @param url PostgreSQL connection string
 * @param log receives a line for each organisation
 * @returns whether nothing is wrong
 * @throws Error when the log could not be read, unless something wrong was found before
 */
export async function verifyAudit(url: string, log: (line: string) => void): Promise<boolean> {
  const client = databaseClient(url);
  // A broken connection fails its statement; without a listener it would end the process with the code for an altered log.
  client.on("error", () => undefined);
  await connectClient(client);
  let sound = true;
  try {
    const query: Query = async <Row>(sql: string, values: readonly unknown[]) =>
      (await client.query(sql, [...values])).rows as Row[];
    for await (const report of verifyAuditChains(query)) {
      log(reportLine(report));
      sound &&= report.fault === null;
    }
    return sound;
  } catch (error) {
    if (sound) throw error;
    log(`The rest could not be checked: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    await client.end();
  }
}
