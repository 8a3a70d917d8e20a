import type { Metadata } from "next";

import { NotFound } from "@/components/shell/not-found";
import { answerWith } from "@/lib/http/page-status";

export const metadata: Metadata = { title: "Page not found" };

/** Every unknown address, in the shell. Anyone may see it, so it has no guard. */
export default async function UnknownPage() {
  await answerWith(404);
  return <NotFound />;
}
