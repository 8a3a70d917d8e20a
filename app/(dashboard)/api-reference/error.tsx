"use client";

import { PageError } from "@/components/shell/page-error";

export default function ApiReferenceError({ reset }: { error: Error; reset: () => void }) {
  return <PageError title="The API reference could not be loaded" reset={reset} />;
}
