"use client";

import { KeyAction } from "@/components/api-keys/key-action";

/** Makes the person who clicks it the owner of a key whose contact is gone. */
export function TakeOverButton({ keyId, name, inRow = false }: { keyId: string; name: string; inRow?: boolean }) {
  return (
    <KeyAction
      label="Make me the owner"
      name={name}
      inRow={inRow}
      run={async (page) => (await import("@/components/api-keys/take-over")).takeOver(page, name, keyId)}
    />
  );
}
