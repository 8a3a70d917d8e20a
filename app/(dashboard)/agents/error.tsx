"use client";

import { PageError } from "@/components/shell/page-error";

export default function AgentsError({ reset }: { error: Error; reset: () => void }) {
  return <PageError title="Your agents could not be loaded" reset={reset} />;
}
