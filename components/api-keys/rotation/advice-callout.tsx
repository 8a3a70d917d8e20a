import { durationText } from "@/components/time/duration";
import { Callout } from "@/components/ui/callout";
import { type OverlapAdvice, silenceOf } from "@/lib/api-keys/overlap-advice";
import type { OldKeyReading, RotationReading } from "@/lib/api-keys/rotation";

/** What screen readers are told when the advice changes. */
export const STATUS_TEXTS: Readonly<Record<OverlapAdvice, string>> = {
  new_key_stopped: "The new key no longer works.",
  in_use: "The old key is in use.",
  unknown: "It isn’t known whether the old key is in use.",
  new_key_unused: "Neither key has been used in the last hour.",
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

function adviceText(advice: OverlapAdvice, { lastUse, createdAt }: OldKeyReading, reading: RotationReading) {
  const readAt = new Date(reading.now);
  const seen = { lastUse: lastUse && new Date(lastUse.at), createdAt: new Date(createdAt), readAt };
  const silence = lastUse
    ? `No calls with the old key for ${durationText(silenceOf(seen))}.`
    : "The old key has never been used.";
  const unused = reading.newKey.lastUse ? "" : " The new key hasn’t been used yet.";
  switch (advice) {
    case "new_key_stopped":
      return ["The new key no longer works.", "Once the old key stops, neither key of this rotation works."] as const;
    case "in_use":
      return [
        "The old key is in use.",
        `Whatever still calls with it fails as soon as you end the overlap.${unused}`,
      ] as const;
    case "unknown":
      return [
        "It isn’t known whether the old key is in use.",
        `Check its callers before you end the overlap.${unused}`,
      ] as const;
    case "new_key_unused":
      return [silence, "But the new key hasn’t been used yet: switch your integration to it first."] as const;
    case "recommended":
      return [
        silence,
        "The new key has been used, so we recommend ending the overlap, unless something that runs less often still has the old key.",
      ] as const;
  }
}
