"use client";

import { TriangleAlert } from "lucide-react";
import { useSyncExternalStore } from "react";

import { AsOf } from "@/components/time/time";

function onChange(changed: () => void) {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}

/** While the browser is offline: how old the page's contents are, and what doesn't work. At the foot of the window, so that nothing moves. */
export function OfflineNote({ what }: { what: "list" | "page" }) {
  const online = useSyncExternalStore(
    onChange,
    () => navigator.onLine,
    () => true,
  );
  // Always rendered, because screen readers announce only changes.
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-0 z-20 print:hidden">
      {online ? null : (
        <p
          data-offline
          className="flex min-h-(--offline-height) items-center justify-center gap-2 border-t border-line bg-warn-wash px-4 py-1.5 text-warn"
        >
          <TriangleAlert aria-hidden className="size-4 shrink-0" />
          <span>
            You’re offline. <span>{`This ${what} is from `}</span>
            <AsOf />
            <span>; changes can’t be saved.</span>
          </span>
        </p>
      )}
    </div>
  );
}
