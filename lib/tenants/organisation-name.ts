import "server-only";

import { prisma } from "@/lib/db/client";
import { organisationName } from "@/lib/microsoft/directory";
import { log } from "@/lib/logging/log";

/**
 * Updates the organisation's name from Microsoft once a day, or an hour after a failed attempt. Runs after a page was sent, so no
 * page or sign-in waits for Graph. Of several processes, the first to update `name_read_at` asks. Never throws.
 */
export async function refreshOrganisationName(tenantId: string): Promise<void> {
  try {
    const [due] = await prisma().$queryRaw<{ entra_tenant_id: string }[]>`
      update tenants set name_read_at = date_trunc('milliseconds', clock_timestamp())
       where id = ${tenantId}::uuid
         and (name_read_at is null or name_read_at <= clock_timestamp() - interval '24 hours')
      returning entra_tenant_id`;
    if (!due) return;
    const answer = await organisationName(due.entra_tenant_id);
    if (answer.ok && answer.data) {
      await prisma().tenant.update({ where: { id: tenantId }, data: { name: answer.data } });
    } else if (!answer.ok) {
      await prisma().$executeRaw`
        update tenants set name_read_at = name_read_at - interval '23 hours' where id = ${tenantId}::uuid`;
    }
  } catch (err) {
    log().warn({ err }, "the organisation's name was not refreshed");
  }
}
