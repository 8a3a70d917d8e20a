import type { Metadata } from "next";
import { after } from "next/server";
import type { ReactNode } from "react";

import { Shell, shellMember } from "@/components/shell/shell";
import { currentSession } from "@/lib/auth/guard";
import { refreshOrganisationName } from "@/lib/tenants/organisation-name";

/** A page's title names the organisation: somebody may have two of them open. */
export async function generateMetadata(): Promise<Metadata> {
  // What fails here fails below too, where it is reported.
  const organisation = (await currentSession().catch(() => null))?.actor.tenantName ?? "Neo";
  return { title: { template: `%s · ${organisation}`, default: organisation } };
}

/** The signed-in shell. It guards nothing: every page does that itself. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const member = (await currentSession())?.actor ?? null;
  // After the page was sent: nobody waits for Microsoft to learn what the organisation is called.
  if (member) after(() => refreshOrganisationName(member.tenantId));
  return <Shell member={member && shellMember(member)}>{children}</Shell>;
}
