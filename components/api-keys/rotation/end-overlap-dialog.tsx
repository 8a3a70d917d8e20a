import { KeyCard } from "@/components/api-keys/dialog/key-card";
import { AdviceCallout, adviceOn, hasStopped } from "@/components/api-keys/rotation/advice-callout";
import { CallerName } from "@/components/api-keys/rotation/overlap-callers";
import type { Leaving } from "@/components/hooks/use-list-dialog";
import { useSubmit } from "@/components/hooks/use-submit";
import { LocalAndUtcTime, useNow } from "@/components/time/time";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { DialogForm } from "@/components/ui/dialog-form";
import type { KeyRow } from "@/lib/api-keys/list";
import { SILENCE_MS } from "@/lib/api-keys/overlap-advice";
import type { OldKeyReading, RotationReading } from "@/lib/api-keys/rotation";
import type { EndOverlapInput } from "@/lib/api-keys/schemas";
import type { ActionResult } from "@/lib/auth/action-result";

/** The server action that ends an overlap. */
export type EndOverlap = (input: EndOverlapInput) => Promise<ActionResult<{ ended: boolean }>>;

/** Callers that are named before they fail. */
const NAMED = 5;

interface Props {
  /** The key's name and owner, as both keys of the rotation have them. */
  readonly of: Pick<KeyRow, "name" | "owner">;
  readonly reading: RotationReading;
  readonly end: EndOverlap;
  /** Closes the dialog, with a notice. */
  readonly onFinish: (notice: string) => void;
}

/** Asks before an overlap is ended. Its figures update while it is open. @param oldKey null while it is closed */
export function EndOverlapDialog({
  oldKey,
  leaving,
  ...props
}: Props & { readonly oldKey: OldKeyReading | null; readonly leaving: Leaving }) {
  return (
    <Dialog
      open={oldKey !== null}
      title="End overlap now"
      subject={oldKey ? <OldKeyCard of={props.of} oldKey={oldKey} /> : null}
      onClose={leaving.onClose}
      leaving={leaving}
    >
      {oldKey ? <EndOverlapForm oldKey={oldKey} {...props} /> : null}
    </Dialog>
  );
}

function OldKeyCard({ of, oldKey: { display, lastUse } }: Pick<Props, "of"> & { oldKey: OldKeyReading }) {
  return <KeyCard {...of} display={display} lastUsedAt={lastUse && new Date(lastUse.at)} />;
}

function EndOverlapForm({ oldKey, reading, end, onFinish }: Omit<Props, "of"> & { oldKey: OldKeyReading }) {
  const now = useNow();
  const { submit, ...state } = useSubmit(end);
  const isOver = hasStopped(oldKey, now);
  const onSubmit = async () => {
    const result = await submit({ keyId: oldKey.id });
    if (result?.ok)
      onFinish(
        result.data.ended
          ? `Ended the overlap. ${oldKey.display} no longer works.`
          : `${oldKey.display} had already stopped working.`,
      );
  };
  return (
    <DialogForm label="End overlap now" busyLabel="Ending…" look="danger" {...state} onSubmit={onSubmit}>
      {isOver ? (
        <Callout tone="info" alert>
          The old key has stopped working. There’s nothing left to end.
        </Callout>
      ) : (
        <>
          <AdviceCallout advice={adviceOn(oldKey, reading, now)} oldKey={oldKey} reading={reading} />
          <LateCallers oldKey={oldKey} readAt={new Date(reading.now)} />
          <p>
            <span>The old key stops working immediately instead of at </span>
            <LocalAndUtcTime at={new Date(oldKey.worksUntil)} />
            <span>. This can’t be undone. The new key isn’t affected.</span>
          </p>
        </>
      )}
    </DialogForm>
  );
}

/** Who called with the old key in the last hour. */
function LateCallers({ oldKey: { lastUse, callers }, readAt }: { oldKey: OldKeyReading; readAt: Date }) {
  if (!lastUse) return null;
  const late = callers.filter(({ lastSeen }) => readAt.getTime() - Date.parse(lastSeen) < SILENCE_MS);
  return (
    <div>
      <p>
        <span>Last call: </span>
        <LocalAndUtcTime at={new Date(lastUse.at)} seconds />
        {late.length === 0 && lastUse.client ? (
          <span>
            <span>, </span>
            <CallerName address={lastUse.address} client={lastUse.client} />
          </span>
        ) : null}
      </p>
      {late.length > 0 ? (
        <>
          <p className="mt-2">In the last hour:</p>
          <ul className="list-disc pl-5">
            {late.slice(0, NAMED).map((caller) => (
              <li key={`${caller.address ?? ""} ${caller.client}`}>
                <CallerName {...caller} />
              </li>
            ))}
            {late.length > NAMED ? <li>{`and ${late.length - NAMED} more`}</li> : null}
          </ul>
        </>
      ) : null}
    </div>
  );
}
