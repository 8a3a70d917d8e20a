import type { Metadata } from "next";
import type { SearchParams } from "nuqs/server";

import { LanguageProvider } from "@/components/docs/language";
import { QuickstartGuide } from "@/components/docs/quickstart-guide";
import { PageHeader } from "@/components/shell/page-header";
import { QUICKSTART_PATH } from "@/components/shell/paths";
import { SECTIONS } from "@/components/shell/sections";
import { requirePageAccess } from "@/lib/auth/guard";
import { env } from "@/lib/config/env";
import { readerLanguage } from "@/lib/docs/reader-language";

export const metadata: Metadata = { title: "Quickstart" };

export default async function QuickstartPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { actor } = await requirePageAccess(QUICKSTART_PATH);
  return (
    <>
      <PageHeader title={SECTIONS.quickstart.title} description={SECTIONS.quickstart.description} />
      <LanguageProvider initial={await readerLanguage(searchParams)}>
        <QuickstartGuide baseUrl={env().NEXTAUTH_URL} isAdmin={actor.role === "Admin"} />
      </LanguageProvider>
    </>
  );
}
