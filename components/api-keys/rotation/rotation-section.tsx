"use client";

import { TriangleAlert } from "lucide-react";
import { useMemo } from "react";

import { EndOverlapDialog, type EndOverlap } from "@/components/api-keys/rotation/end-overlap-dialog";
import { NewKeyFacts, OldKeyPanel } from "@/components/api-keys/rotation/old-key-panel";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import { usePolling } from "@/components/hooks/use-polling";
import { API_KEYS_PATH } from "@/components/shell/paths";
import { ClockProvider, LocalAndUtcTime, useBrowserValue, useNow } from "@/components/time/time";
import { DialogHost } from "@/components/ui/notice";
import type { KeyRow } from "@/lib/api-keys/list";
import type { RotationReading } from "@/lib/api-keys/rotation";

/** A second, so that the countdown counts. */
const TICK_MS = 1_000;

/** Figures that fail to update are reported once they are this old. */
const LATE_MS = 10_000;

/**
 * A rotation as it goes on: how long the old key works, who uses which key, and a button that ends the overlap. It reads the figures
 * again every few seconds; without scripts it shows those of the page.
 * @param of the page's key
 * @param initial the figures as of the page
 */
export function RotationSection({
  of,
  initial,
  end,
}: {
  of: Pick<KeyRow, "id" | "name" | "owner">;
  initial: RotationReading;
  end: EndOverlap;
}) {
  const keyId = of.id;
  const polled = usePolling<{ rotation: RotationReading | null }>(`${API_KEYS_PATH}/rotation?key=${keyId}`);
  const { step, open, finish, actions, leaving, host } = useListDialog<string, { end: EndOverlap }>(
    useMemo(() => ({ end }), [end]),
  );
  const latest = polled.value ? polled.value.rotation : initial;
  // Both times have the same form. The page's own figures are newer after a refresh.
  const reading = latest && latest.now < initial.now ? initial : latest;
  if (!reading) return null;
  const { newKey, oldKeys } = reading;
  return (
    <ClockProvider now={reading.now} tickMs={TICK_MS}>
      <DialogHost label="Rotation" host={host}>
        <section aria-labelledby="rotation" className="mt-6">
          <h3 id="rotation" className="mb-2 font-semibold">
            Rotation
          </h3>
          <div className="rounded-lg border border-line bg-surface">
            <NewKeyFacts newKey={newKey} keyId={keyId} />
            {oldKeys.map((oldKey) => (
              <OldKeyPanel
                key={oldKey.id}
                reading={reading}
                oldKey={oldKey}
                keyId={keyId}
                onEnd={() => open(oldKey.id)}
              />
            ))}
            <Freshness readAt={new Date(reading.now)} failure={polled.failure} />
          </div>
        </section>
      </DialogHost>
      <EndOverlapDialog
        of={of}
        reading={reading}
        oldKey={oldKeys.find(({ id }) => id === step) ?? null}
        end={actions.end}
        leaving={leaving}
        onFinish={finish}
      />
    </ClockProvider>
  );
}

/** How current the figures are. */
function Freshness({ readAt, failure }: { readAt: Date; failure: number | null }) {
  const now = useNow();
  const isLive = useBrowserValue(() => true, false);
  const signedOut = failure === 401;
  const isLate = failure !== null && now.getTime() - readAt.getTime() >= LATE_MS;
  return (
    // Room for the longer text, so that nothing moves.
    <div role="status" className="min-h-13 border-t border-line px-4 py-2 text-xs text-soft sm:min-h-9">
      {isLate ? (
        <span key="late" className="flex items-start gap-1.5 text-warn">
          <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          <span>
            <span>{signedOut ? "You’re signed out. " : ""}</span>
            <span>These figures haven’t updated since </span>
            <LocalAndUtcTime at={readAt} seconds />
            <span>{signedOut ? ". Sign in again in another tab." : ". We’ll keep trying."}</span>
          </span>
        </span>
      ) : (
        <span key="live">
          {isLive ? "Updates every few seconds. Calls appear within ten seconds." : "Reload the page to update."}
        </span>
      )}
    </div>
  );
}
