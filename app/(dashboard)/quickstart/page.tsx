import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";

import { QuickstartGuide } from "@/components/docs/quickstart-guide";
import { QUICKSTART_PATH } from "@/components/shell/paths";
import { requirePageAccess } from "@/lib/auth/guard";
import { env } from "@/lib/config/env";

export const metadata: Metadata = { title: "Quickstart" };

export default async function QuickstartPage() {
  const { actor } = await requirePageAccess(QUICKSTART_PATH);
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">Quickstart</h1>
      <NuqsAdapter>
        <QuickstartGuide baseUrl={env().NEXTAUTH_URL} isAdmin={actor.role === "Admin"} />
      </NuqsAdapter>
    </>
  );
}
