"use client";

import { CircleCheck, LoaderCircle } from "lucide-react";
import { useEffect, useState } from "react";

import { API_KEYS_PATH } from "@/components/shell/paths";

/** How often the server is asked, in milliseconds. Uses are written every five seconds. */
const PAUSE_MS = 3_000;

interface Use {
  /** Null where addresses aren't stored. */
  readonly address: string | null;
  readonly client: string | null;
}

async function latestUse(keyId: string, signal: AbortSignal): Promise<Use | null> {
  const response = await fetch(`${API_KEYS_PATH}/first-use?key=${keyId}`, { signal });
  return response.ok ? ((await response.json()) as { use: Use | null }).use : null;
}

function usedText({ address, client }: Use): string {
  const from = address ? ` from ${address}` : "";
  return `Used for the first time${from}${client ? ` by ${client}` : ""}. It works.`;
}

/** Waits for the first call with a new key, so that its admin sees whether the integration works. */
export function FirstUse({ keyId }: { keyId: string }) {
  const [use, setUse] = useState<Use | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    let timer: NodeJS.Timeout;
    const ask = async () => {
      // What can't be asked now is asked again.
      const found = await latestUse(keyId, stop.signal).catch(() => null);
      if (found) setUse(found);
      else if (!stop.signal.aborted) wait();
    };
    const wait = () => {
      timer = setTimeout(() => void ask(), PAUSE_MS);
    };
    wait();
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [keyId]);
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
