"use client";

import { clsx } from "clsx";
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
    // As high as the longer text, so that nothing moves.
    <p
      role="status"
      className={clsx(
        "flex min-h-14 items-center gap-2.5 rounded-lg border px-3 py-2 transition-colors sm:min-h-10",
        use ? "border-transparent bg-good-wash text-good forced-colors:border" : "border-line text-soft",
      )}
    >
      <Icon aria-hidden className={clsx("size-4 shrink-0", !use && "motion-safe:animate-spin")} />
      {use ? (
        <span key="used">{usedText(use)}</span>
      ) : (
        <span key="waiting">Waiting for the first call with this key …</span>
      )}
    </p>
  );
}
