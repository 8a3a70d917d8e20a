import type { Metadata } from "next";
import { after } from "next/server";
import type { ReactNode } from "react";

import { AdoptAnchors } from "@/components/shell/adopt-anchors";
import { Shell } from "@/components/shell/shell";
import { BadgeIcons } from "@/components/ui/badge-icons";
import { EarlyClicks } from "@/components/ui/early-click";
import { currentSession } from "@/lib/auth/guard";
import { env } from "@/lib/config/env";
import { refreshOrganisationName } from "@/lib/tenants/organisation-name";

/** A page's title names the organisation: some people have two of them open. */
export async function generateMetadata(): Promise<Metadata> {
  // A failure here also happens below, where it is reported.
  const organisation = (await currentSession().catch(() => null))?.actor.tenantName ?? "Neo";
  return { title: { template: `%s · ${organisation}`, default: organisation } };
}

/** The shell of the dashboard. It guards nothing: every page does that itself. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const member = (await currentSession())?.actor ?? null;
  // After the response, so that no page waits for Microsoft.
  if (member) after(() => refreshOrganisationName(member.tenantId));
  return (
    <Shell member={member} environment={env().NEO_ENVIRONMENT}>
      <AdoptAnchors />
      <EarlyClicks />
      <BadgeIcons />
      {children}
    </Shell>
  );
}
