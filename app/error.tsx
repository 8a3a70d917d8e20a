"use client";

import { PageError } from "@/components/shell/page-error";

export default function RootError({ reset }: { error: Error; reset: () => void }) {
  return (
    <main className="mx-auto max-w-2xl px-4 py-24">
      <PageError title="This page could not be loaded" reset={reset} />
    </main>
  );
}
