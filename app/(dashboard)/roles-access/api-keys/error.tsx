"use client";

import { PageError } from "@/components/shell/page-error";

export default function ApiKeysError({ reset }: { error: Error; reset: () => void }) {
  return <PageError title="Your API keys could not be loaded" reset={reset} />;
}
