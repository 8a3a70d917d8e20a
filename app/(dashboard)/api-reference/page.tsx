import type { Metadata } from "next";

import { apiDocument } from "@/app/public-api/openapi.json/document";
import { ReferenceView } from "@/components/docs/reference-view";
import { API_REFERENCE_PATH } from "@/components/shell/paths";
import { requirePageAccess } from "@/lib/auth/guard";
import { readReference } from "@/lib/docs/reference";
import { env } from "@/lib/config/env";

export const metadata: Metadata = { title: "API reference" };

export default async function ApiReferencePage() {
  await requirePageAccess(API_REFERENCE_PATH);
  // Rendered from the document that programs get, so that the two cannot differ.
  const reference = readReference(apiDocument(env().NEXTAUTH_URL).document);
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">API reference</h1>
      <ReferenceView reference={reference} documentPath="/public-api/openapi.json" />
    </>
  );
}
