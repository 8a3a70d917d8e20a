"use client";

import { PageError } from "@/components/shell/page-error";

export default function MembersError({ reset }: { error: Error; reset: () => void }) {
  return <PageError title="The members could not be loaded" reset={reset} />;
}
