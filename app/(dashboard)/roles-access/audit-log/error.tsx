"use client";

import { PageError } from "@/components/shell/page-error";

export default function AuditLogError({ reset }: { error: Error; reset: () => void }) {
  return <PageError title="The audit log could not be loaded" reset={reset} />;
}
