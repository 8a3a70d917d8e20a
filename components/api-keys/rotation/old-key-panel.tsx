import Link from "next/link";
import { useId } from "react";

import { CallOrigin } from "@/components/api-keys/call-origin";
import { AdviceCallout, adviceOn, hasStopped, STATUS_TEXTS } from "@/components/api-keys/rotation/advice-callout";
import { OverlapCallers } from "@/components/api-keys/rotation/overlap-callers";
import { API_KEYS_PATH } from "@/components/shell/paths";
import { countdownText } from "@/components/time/duration";
import { LocalAndUtcTime, RelativeTime, useBrowserValue, useNow } from "@/components/time/time";
import { Button } from "@/components/ui/button";
import { Fact } from "@/components/ui/facts";
import { textLinkClass } from "@/components/ui/link";
import { Mono } from "@/components/ui/mono";
import type { KeyUse, OldKeyReading, RotationReading } from "@/lib/api-keys/rotation";
import { numberText } from "@/lib/text/number";

/** A key as displayed; a link to its page unless that is this one. */
function KeyLink({ id, display, keyId }: { id: string; display: string; keyId: string }) {
  if (id === keyId) return <Mono>{display}</Mono>;
  return (
    <Link href={`${API_KEYS_PATH}/${id}`} prefetch={false} className={textLinkClass}>
      <Mono>{display}</Mono>
    </Link>
  );
}

/** When a key was used last, from where and by what. */
function LastUse({ use, never }: { use: KeyUse | null; never: string }) {
  if (!use) return <span key="never">{never}</span>;
  const { at, address, client } = use;
  return (
    // The time comes last, and another caller is another element: nothing on the page moves.
    <span key={`${address ?? ""} ${client ?? ""}`}>
      <CallOrigin address={address} client={client} />
      {client ? <span>, </span> : null}
      <RelativeTime at={new Date(at)} />
    </span>
  );
}

/** Whether the new key was used yet, and by whom. */
export function NewKeyFacts({ newKey, keyId }: { newKey: RotationReading["newKey"]; keyId: string }) {
  return (
    <dl className="grid gap-x-6 gap-y-2 p-4 sm:grid-cols-[14rem_minmax(0,1fr)]">
      <Fact label="New key">
        <KeyLink {...newKey} keyId={keyId} />
      </Fact>
      <Fact label="Last used" className="min-h-14 sm:min-h-10">
        <LastUse use={newKey.lastUse} never="Not used yet" />
        {newKey.refusal ? (
          <span className="text-bad">{newKey.refusal === "revoked" ? " · Revoked" : " · Expired"}</span>
        ) : null}
      </Fact>
    </dl>
  );
}

/** When the old key stops working, or stopped, and why. */
function WorksUntil({ oldKey: { worksUntil, revokedAt, revokedBy } }: { oldKey: OldKeyReading }) {
  const now = useNow();
  const isLive = useBrowserValue(() => true, false);
  const end = new Date(worksUntil);
  const left = end.getTime() - now.getTime();
  if (revokedAt) {
    return (
      <span key="revoked">
        <span>The old key stopped working at </span>
        <LocalAndUtcTime at={new Date(revokedAt)} seconds />
        <span>: revoked by </span>
        <bdi translate="no">{revokedBy}</bdi>
      </span>
    );
  }
  if (left <= 0) {
    return (
      <span key="over">
        <span>The old key stopped working at </span>
        <LocalAndUtcTime at={end} seconds />
      </span>
    );
  }
  return (
    <span key="works">
      <LocalAndUtcTime at={end} seconds />
      {isLive ? (
        // A timer isn't announced as it counts.
        <span role="timer" aria-label="Time left" className="block text-base font-semibold tabular-nums">
          {countdownText(left)}
        </span>
      ) : null}
    </span>
  );
}

/** An old key: how long it works, who still calls with it, and a button that ends the overlap. */
export function OldKeyPanel({
  reading,
  oldKey,
  keyId,
  onEnd,
}: {
  reading: RotationReading;
  oldKey: OldKeyReading;
  keyId: string;
  onEnd: () => void;
}) {
  const now = useNow();
  const isOver = hasStopped(oldKey, now);
  const advice = adviceOn(oldKey, reading, now);
  const count = oldKey.callers.length + oldKey.moreCallers;
  const noteId = useId();
  return (
    <div className="border-t border-line p-4">
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[14rem_minmax(0,1fr)]">
        <Fact label="Old key">
          <KeyLink {...oldKey} keyId={keyId} />
        </Fact>
        <Fact label={isOver ? "Stopped" : "Works until"} className="min-h-20 sm:min-h-15">
          <WorksUntil oldKey={oldKey} />
        </Fact>
        {/* On its own page this is above. */}
        {oldKey.id === keyId ? null : (
          <Fact label="Last used" className="min-h-14 sm:col-start-2 sm:min-h-10">
            <LastUse use={oldKey.lastUse} never="Not used yet" />
          </Fact>
        )}
      </dl>
      <p className="mt-3 text-xs text-soft">
        <span>Calls with the old key since the rotation</span>
        {count > 0 ? <span>{` · ${numberText(count)} ${count === 1 ? "caller" : "callers"}`}</span> : null}
      </p>
      <OverlapCallers oldKey={oldKey} />
      <p role="status" className="sr-only">
        {isOver ? "The old key stopped working." : STATUS_TEXTS[advice]}
      </p>
      <div className="mt-3 grid min-h-46 content-start gap-3 sm:min-h-26">
        {isOver ? (
          <p className="text-soft">Calls with the old key are refused. Nothing else has changed.</p>
        ) : (
          <>
            <AdviceCallout advice={advice} oldKey={oldKey} reading={reading} />
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Button look={advice === "recommended" ? "primary" : "plain"} aria-describedby={noteId} onClick={onEnd}>
                End overlap now
              </Button>
              <span id={noteId} className="text-xs text-soft">
                Revokes the old key. The audit log says that the overlap was ended.
              </span>
            </div>
          </>
        )}
      </div>
    </div>
  );
}
