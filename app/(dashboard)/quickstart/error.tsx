"use client";

import { PageError } from "@/components/shell/page-error";

export default function QuickstartError({ reset }: { error: Error; reset: () => void }) {
  return <PageError title="The Quickstart could not be loaded" reset={reset} />;
}
