"use client";

import { CircleCheck, LoaderCircle } from "lucide-react";

import { usePolling } from "@/components/hooks/use-polling";
import { API_KEYS_PATH } from "@/components/shell/paths";

interface Use {
  /** Null where addresses aren't stored. */
  readonly address: string | null;
  readonly client: string | null;
}

function usedText({ address, client }: Use): string {
  const from = address ? ` from ${address}` : "";
  return `Used for the first time${from}${client ? ` by ${client}` : ""}. It works.`;
}

/** Waits for the first call with a new key, so that its admin sees whether the integration works. */
export function FirstUse({ keyId }: { keyId: string }) {
  const { value } = usePolling<{ use: Use | null }>(
    `${API_KEYS_PATH}/first-use?key=${keyId}`,
    (answer) => answer.use !== null,
  );
  const use = value?.use;
  const Icon = use ? CircleCheck : LoaderCircle;
  return (
    <p role="status" className="flex items-center gap-1.5 text-xs text-soft">
      <Icon
        aria-hidden
        className={use ? "size-3.5 shrink-0 text-good" : "size-3.5 shrink-0 motion-safe:animate-spin"}
      />
      {use ? (
        <span key="used">{usedText(use)}</span>
      ) : (
        <span key="waiting">Waiting for the first call with this key …</span>
      )}
    </p>
  );
}
