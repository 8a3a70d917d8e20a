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

/** Waits for the first call with a new key, so that its admin sees whether the integration works. */
export function FirstUse({ keyId }: { keyId: string }) {
  const [use, setUse] = useState<Use | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    let timer: NodeJS.Timeout;
    const wait = () => {
      timer = setTimeout(() => {
        // What can't be asked now is asked again.
        latestUse(keyId, stop.signal)
          .catch(() => null)
          .then((found) => {
            if (found) setUse(found);
            else if (!stop.signal.aborted) wait();
          });
      }, PAUSE_MS);
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
        <span key="used">
          Used for the first time{use.address ? ` from ${use.address}` : ""}
          {use.client ? ` by ${use.client}` : ""}. It works.
        </span>
      ) : (
        <span key="waiting">Waiting for the first call with this key …</span>
      )}
    </p>
  );
}
