import type { Metadata } from "next";
import type { SearchParams } from "nuqs/server";

import { apiDocument } from "@/app/public-api/openapi.json/document";
import { LanguageProvider } from "@/components/docs/language";
import { ReferenceView } from "@/components/docs/reference-view";
import { PageHeader } from "@/components/shell/page-header";
import { API_REFERENCE_PATH } from "@/components/shell/paths";
import { SECTIONS } from "@/components/shell/sections";
import { requirePageAccess } from "@/lib/auth/guard";
import { env } from "@/lib/config/env";
import { readReference } from "@/lib/docs/reference";
import { readerLanguage } from "@/lib/docs/reader-language";
import { samplesOf } from "@/lib/docs/samples";

export const metadata: Metadata = { title: "API reference" };

export default async function ApiReferencePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requirePageAccess(API_REFERENCE_PATH);
  const { NEXTAUTH_URL } = env();
  // Rendered from the document that programs get, so that the two cannot differ.
  const reference = readReference(apiDocument(NEXTAUTH_URL).document);
  return (
    <>
      <PageHeader title={SECTIONS.apiReference.title} description={SECTIONS.apiReference.description} />
      <LanguageProvider initial={await readerLanguage(searchParams)}>
        <ReferenceView
          reference={reference}
          documentPath="/public-api/openapi.json"
          collectionPath="/public-api/postman.json"
          programsOf={(operation) => samplesOf(operation, NEXTAUTH_URL)}
        />
      </LanguageProvider>
    </>
  );
}
