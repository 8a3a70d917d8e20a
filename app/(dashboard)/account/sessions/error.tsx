"use client";

import { PageError } from "@/components/shell/page-error";

export default function SessionsError({ reset }: { error: Error; reset: () => void }) {
  return <PageError title="Your sessions could not be loaded" reset={reset} />;
}
