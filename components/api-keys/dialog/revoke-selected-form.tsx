"use client";

import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { useForm } from "react-hook-form";

import { CallOrigin } from "@/components/api-keys/call-origin";
import { STATUS_LABELS } from "@/components/api-keys/key-status-badge";
import type { KeyActions } from "@/components/api-keys/dialog/steps";
import { REVOKED_OUTCOME } from "@/components/browser/action-failure";
import { useDraft } from "@/components/hooks/use-draft";
import { failureText, refusalText, useSubmit } from "@/components/hooks/use-submit";
import { LocalTime } from "@/components/time/time";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { DoneButton } from "@/components/ui/dialog";
import { DialogForm } from "@/components/ui/dialog-form";
import { TextAreaField, TextField } from "@/components/ui/field";
import { useUnsaved } from "@/components/ui/leave-question";
import { Mono } from "@/components/ui/mono";
import type { Recency, RevocationPreview, WorkingKey } from "@/lib/api-keys/revocation-preview";
import { typedCountProblem } from "@/lib/api-keys/selection-rules";
import { countText, numberText } from "@/lib/text/number";

const EMPTY = { reason: "", typedCount: "" };

const keysText = (count: number) => countText(count, ["key", "keys"]);

/** All keys, as the subject of what happens to them. */
function allText(count: number): string {
  if (count === 1) return "It stops";
  return count === 2 ? "Both keys stop" : `All ${keysText(count)} stop`;
}

const idsOf = (keys: readonly WorkingKey[]) => keys.map(({ id }) => id);

/** What revoking the selected keys would do, as the server sees it now; read again with `check`. */
function usePreview(ids: readonly string[], previewRevocation: KeyActions["previewRevocation"]) {
  const [preview, setPreview] = useState<RevocationPreview | null>(null);
  const [problem, setProblem] = useState<ReactNode>(null);
  const check = async () => {
    try {
      const result = await previewRevocation({ keyIds: [...ids] });
      if (result.ok) setPreview(result.data);
      setProblem(result.ok ? null : (refusalText(result) ?? result.message));
    } catch (error) {
      setProblem(failureText(error, undefined, "Nothing was changed."));
    }
  };
  const checkFirst = useEffectEvent(check);
  useEffect(() => {
    // The promise settles in its own time, after the effect.
    void Promise.resolve().then(() => checkFirst());
  }, []);
  return { preview, problem, check };
}

/** Shows what the selected keys are used for, and revokes those that work: all of them or none. */
export function RevokeSelectedForm({
  ids,
  actions,
  onRevoked,
  onFinish,
}: {
  ids: readonly string[];
  actions: KeyActions;
  /** Left out where the selection is gone, as after a fresh sign-in. */
  onRevoked?: () => void;
  onFinish: (notice: string) => void;
}) {
  const { preview, problem, check } = usePreview(ids, actions.previewRevocation);
  const failure = problem ? (
    <div className="grid justify-items-start gap-3">
      <Callout tone="bad" alert>
        {problem}
      </Callout>
      <Button small onClick={() => void check()}>
        Check again
      </Button>
    </div>
  ) : null;
  if (!preview) return failure ?? <p role="status">Checking which keys are in use …</p>;
  if (preview.works.length === 0) {
    return (
      <div className="grid gap-4">
        <p>None of these keys works any more, so there’s nothing to revoke.</p>
        <Rest preview={preview} />
        <DoneButton />
      </div>
    );
  }
  const finish = (revoked: number, stopped: number) => {
    onRevoked?.();
    const before = stopped > 0 ? ` ${keysText(stopped)} had already stopped working.` : "";
    onFinish(revoked > 0 ? `Revoked ${keysText(revoked)}.${before}` : "These keys were already revoked.");
  };
  return (
    <div className="grid gap-4">
      {failure}
      <Confirm preview={preview} revokeKeys={actions.revokeKeys} onRefused={check} onDone={finish} />
    </div>
  );
}

function Confirm({
  preview,
  revokeKeys,
  onRefused,
  onDone,
}: {
  preview: RevocationPreview;
  revokeKeys: KeyActions["revokeKeys"];
  onRefused: () => Promise<void>;
  onDone: (revoked: number, stopped: number) => void;
}) {
  const { works } = preview;
  const draft = useDraft("revoke-selected", EMPTY);
  const form = useForm({ defaultValues: draft.values });
  const { errors } = form.formState;
  const { submit, ...state } = useSubmit(revokeKeys, () => draft.keep(form.getValues()), REVOKED_OUTCOME);
  const [reason, typedCount] = form.watch(["reason", "typedCount"]);
  useUnsaved(reason !== "" || typedCount !== "");

  const onSubmit = form.handleSubmit(async (values) => {
    const result = await submit({
      keyIds: idsOf(works),
      knownInUse: idsOf(works.filter(({ use }) => use === "day")),
      knownRetiring: idsOf(works.filter(({ retiring }) => retiring)),
      ...values,
    });
    if (result?.ok) return onDone(result.data.revoked, result.data.stopped);
    // A key came into use, was rotated or is gone: the list above has to say so before the next try.
    if (result?.code === "CONFLICT" || result?.code === "NOT_FOUND") return onRefused();
    for (const field of ["reason", "typedCount"] as const) {
      const message = result?.fields?.[field];
      if (message) form.setError(field, { message }, { shouldFocus: true });
    }
  });

  return (
    <DialogForm
      label={`Revoke ${keysText(works.length)}`}
      busyLabel="Revoking…"
      look="danger"
      {...state}
      onSubmit={onSubmit}
    >
      <p>{`${allText(works.length)} working immediately. This can’t be undone.`}</p>
      <Uses works={works} />
      <Rest preview={preview} />
      <TextAreaField
        label="Reason"
        hint="It’s recorded in the audit log with each key."
        error={errors.reason?.message}
        rows={2}
        maxLength={2_000}
        {...form.register("reason", { validate: (typed) => typed.trim() !== "" || "Enter a reason." })}
      />
      <TextField
        label={
          <>
            <span>To confirm, type the number of keys:</span>{" "}
            <strong translate="no" className="font-semibold">
              {works.length}
            </strong>
          </>
        }
        inputMode="numeric"
        error={errors.typedCount?.message}
        {...form.register("typedCount", { validate: (typed) => typedCountProblem(typed, works.length) ?? true })}
      />
    </DialogForm>
  );
}

const GROUPS: readonly (readonly [Recency, string])[] = [
  ["week", "Used in the last 7 days"],
  ["earlier", "Not used for 7 days"],
  ["never", "Never used"],
];

/** The keys that would stop working, those in use first and in view. */
function Uses({ works }: { works: readonly WorkingKey[] }) {
  const inUse = works.filter(({ use }) => use === "day");
  const them = inUse.length === 1 ? "it" : "them";
  return (
    <div className="grid gap-2">
      {inUse.length > 0 ? (
        <>
          <Callout tone="warn">
            <strong className="font-semibold">
              {inUse.length === 1 ? "1 key is in use." : `${keysText(inUse.length)} are in use.`}
            </strong>{" "}
            <span>{`Whatever uses ${them} will fail as soon as you revoke ${them}.`}</span>
          </Callout>
          <h3 className="font-medium">{`Used in the last 24 hours (${numberText(inUse.length)})`}</h3>
          <KeyList label="Keys used in the last 24 hours" keys={inUse} />
        </>
      ) : (
        <p>None of these keys was used in the last 24 hours.</p>
      )}
      {GROUPS.map(([use, label]) => {
        const keys = works.filter((key) => key.use === use);
        return keys.length > 0 ? (
          <details key={use}>
            <summary className="py-1 font-medium">{`${label} (${numberText(keys.length)})`}</summary>
            <KeyList label={label} keys={keys} />
          </details>
        ) : null;
      })}
    </div>
  );
}

/** A list that scrolls by itself: there may be a thousand keys. */
function Scrolling({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul
      aria-label={label}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that the keyboard can scroll it
      tabIndex={0}
      className="grid max-h-52 gap-2 overflow-y-auto rounded-md border border-line px-3 py-2 text-xs"
    >
      {children}
    </ul>
  );
}

function KeyList({ label, keys }: { label: string; keys: readonly WorkingKey[] }) {
  return (
    <Scrolling label={label}>
      {keys.map(({ id, name, display, lastUsedAt, address, client, retiring, spared, moreSpared }) => (
        <li key={id} className="[overflow-wrap:anywhere]">
          <bdi className="font-medium">{name}</bdi> <Mono>{display}</Mono>
          {retiring ? <span>{` ${STATUS_LABELS.rotating}`}</span> : null}
          {lastUsedAt ? (
            <span className="block text-soft">
              <span>Last used </span>
              <LocalTime at={lastUsedAt} /> <CallOrigin address={address} client={client} />
            </span>
          ) : null}
          {spared.length > 0 ? (
            <span className="block text-soft">
              <span>Keeps working because it isn’t selected: </span>
              <Mono>{spared.join(", ")}</Mono>
              <span>{`${moreSpared > 0 ? ` and ${numberText(moreSpared)} more` : ""} of the same rotation`}</span>
            </span>
          ) : null}
        </li>
      ))}
    </Scrolling>
  );
}

const STOPPED = { revoked: "revoked", expired: "expired", rotated_out: "rotated" } as const;

/** What was selected and doesn't work. */
function Rest({ preview: { stopped, missing } }: { preview: RevocationPreview }) {
  return (
    <>
      {stopped.length > 0 ? (
        <details>
          <summary className="py-1 font-medium">{`No longer working (${numberText(stopped.length)})`}</summary>
          <Scrolling label="Keys that no longer work">
            {stopped.map(({ id, name, display, refusal }) => (
              <li key={id} className="[overflow-wrap:anywhere]">
                <bdi className="font-medium">{name}</bdi> <Mono>{display}</Mono> <span>{STOPPED[refusal]}</span>
              </li>
            ))}
          </Scrolling>
        </details>
      ) : null}
      {missing > 0 ? <p>{`${keysText(missing)} can’t be found.`}</p> : null}
    </>
  );
}
