import type { Metadata } from "next";

import { NotFound } from "@/components/shell/not-found";
import { AGENTS_PATH } from "@/components/shell/paths";
import { answerWith } from "@/lib/http/outage-status";

export const metadata: Metadata = { title: "Page not found" };

/** Every unknown address, in the shell. Anyone may see it, so it has no guard. */
export default async function UnknownPage() {
  await answerWith(404);
  return (
    <NotFound
      title="Page not found"
      text="The address may be wrong, or the page was removed."
      to={AGENTS_PATH}
      label="Go to Agents"
    />
  );
}
