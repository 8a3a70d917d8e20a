import type { Metadata } from "next";

import { NotFound } from "@/components/shell/not-found";
import { AGENTS_PATH } from "@/components/shell/paths";
import { answerWith } from "@/lib/http/outage-status";

export const metadata: Metadata = { title: "Page not found" };

/** Every address that is nothing's, in the shell of whoever is signed in. Anyone may see it. */
export default async function UnknownPage() {
  await answerWith(404);
  return (
    <NotFound
      title="Page not found"
      text="The address may be wrong, or the page is gone."
      to={AGENTS_PATH}
      label="Go to Agents"
    />
  );
}
