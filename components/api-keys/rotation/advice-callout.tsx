import { durationText } from "@/components/time/duration";
import { Callout } from "@/components/ui/callout";
import { oldKeyUse, type OverlapAdvice, overlapAdvice, type Seen, silenceOf } from "@/lib/api-keys/overlap-advice";
import type { OldKeyReading, RotationReading } from "@/lib/api-keys/rotation";

/** Whether an old key works no more: it was revoked, or its overlap is over. */
export const hasStopped = ({ revokedAt, worksUntil }: OldKeyReading, now: Date) =>
  revokedAt !== null || now.getTime() >= Date.parse(worksUntil);

const seenOf = ({ lastUse, createdAt }: OldKeyReading, reading: RotationReading): Seen => ({
  lastUse: lastUse && new Date(lastUse.at),
  createdAt: new Date(createdAt),
  readAt: new Date(reading.now),
});

/** The advice on an old key at this moment. */
export const adviceOn = (oldKey: OldKeyReading, reading: RotationReading, now: Date) =>
  overlapAdvice(oldKeyUse(seenOf(oldKey, reading), now), {
    refusal: reading.newKey.refusal,
    isUsed: reading.newKey.lastUse !== null,
  });

/** What screen readers are told when the advice changes. */
export const STATUS_TEXTS: Readonly<Record<OverlapAdvice, string>> = {
  new_key_stopped: "The new key no longer works.",
  in_use: "The old key is in use.",
  unknown: "We can’t tell whether the old key is in use.",
  new_key_unused: "The new key hasn’t been used yet.",
  recommended: "The old key hasn’t been used for an hour.",
};

const TONES = {
  new_key_stopped: "bad",
  in_use: "warn",
  unknown: "warn",
  new_key_unused: "warn",
  recommended: "info",
} as const satisfies Readonly<Record<OverlapAdvice, "info" | "warn" | "bad">>;

/** What was seen of the old key, and what that means for ending the overlap. */
export function AdviceCallout({
  advice,
  oldKey,
  reading,
}: {
  advice: OverlapAdvice;
  oldKey: OldKeyReading;
  reading: RotationReading;
}) {
  const [title, text] = adviceText(advice, oldKey, reading);
  return (
    <Callout tone={TONES[advice]}>
      <span>
        <strong className="font-semibold">{title}</strong> <span>{text}</span>
      </span>
    </Callout>
  );
}

function adviceText(advice: OverlapAdvice, oldKey: OldKeyReading, reading: RotationReading) {
  const silence = oldKey.lastUse
    ? `No calls with the old key for ${durationText(silenceOf(seenOf(oldKey, reading)))}.`
    : "The old key has never been used.";
  const unused = reading.newKey.lastUse ? "" : " The new key hasn’t been used yet.";
  switch (advice) {
    case "new_key_stopped":
      return [STATUS_TEXTS[advice], "Once the old key stops, neither key of this rotation works."] as const;
    case "in_use":
      return [STATUS_TEXTS[advice], `Whatever uses it will fail as soon as you end the overlap.${unused}`] as const;
    case "unknown":
      return [STATUS_TEXTS[advice], `Check its callers before you end the overlap.${unused}`] as const;
    case "new_key_unused":
      return [silence, `${STATUS_TEXTS[advice]} Switch your integration to it first.`] as const;
    case "recommended":
      return [
        silence,
        "The new key has been used, so we recommend ending the overlap, unless something that runs less often still uses the old key.",
      ] as const;
  }
}
