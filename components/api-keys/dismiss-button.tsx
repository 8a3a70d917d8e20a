"use client";

import { KeyAction } from "@/components/api-keys/key-action";
import type { DismissWarningInput } from "@/lib/api-keys/schemas";

/** Takes a key out of a list of keys that need attention, for 30 days and for everybody in the organisation. */
export function DismissButton({ name, ...warning }: DismissWarningInput & { name: string }) {
  return (
    <KeyAction
      label="Dismiss for 30 days"
      name={name}
      inRow
      run={async (page) => (await import("@/components/api-keys/dismiss")).dismiss(page, name, warning)}
    />
  );
}
