"use client";

import { useRef, useState } from "react";

import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { useLoss, type Loss } from "@/components/ui/leave-question";
import { Callout } from "@/components/ui/callout";
import { copyFrom } from "@/components/browser/copy-text";
import { DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import { LocalTime } from "@/components/time/time";
import { useCopyState, type CopyState } from "@/components/hooks/use-copy-state";
import type { Invited } from "@/lib/members/invitations";

const NOT_COPIED: Loss = {
  title: "You haven’t copied this link.",
  text: "You won’t see it again, but you can make a new one. Close anyway?",
  stay: "Keep it open",
  leave: "Close anyway",
};

/**
 * Shows an invitation's link, this once, with a button that copies it, and what became of the mail.
 * @param onDone asked to close; the dialog asks back while the link was neither mailed nor copied
 */
export function LinkPanel({ invited, onDone }: { invited: Invited & { link: string }; onDone: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [copy, setCopy] = useCopyState();
  const [saved, setSaved] = useState(invited.mail === "sent");
  useLoss(saved ? null : NOT_COPIED);
  const copyNow = async () => {
    if (!field.current) return;
    const copied = await copyFrom(field.current);
    setCopy(copied ? "copied" : "failed");
    if (copied) setSaved(true);
  };
  return (
    <div className="grid gap-4">
      {invited.mail === "failed" ? (
        <Callout tone="warn" alert>
          The e-mail couldn’t be sent. Copy the link and send it yourself.
        </Callout>
      ) : null}
      {invited.mail === "sent" ? (
        <Callout tone="info">
          The link was mailed to <bdi translate="no">{invited.email}</bdi>.
        </Callout>
      ) : null}
      {invited.mail === "none" ? (
        <Callout tone="info">
          Nothing was mailed: <bdi>{invited.name}</bdi> has no mailbox in your directory. Copy the link and send it
          yourself.
        </Callout>
      ) : null}
      <Field
        label={invited.expiresAt ? "Invitation link" : "Sign-in link"}
        hint={
          invited.expiresAt ? (
            <span>
              <span>Shown only once. Works once, for a Microsoft account in your organisation</span>
              <span>
                , until <LocalTime at={new Date(invited.expiresAt).toISOString()} />
              </span>
              <span>.</span>
            </span>
          ) : (
            "They sign in here with their Microsoft account. The invitation is theirs alone."
          )
        }
      >
        {(control) => (
          <div className="flex gap-2">
            <input
              {...control}
              ref={field}
              readOnly
              value={invited.link}
              translate="no"
              spellCheck={false}
              onCopy={({ currentTarget: { selectionStart, selectionEnd, value } }) => {
                if (selectionStart === 0 && selectionEnd === value.length) setSaved(true);
              }}
              className={`${inputClass} font-mono text-xs`}
              onFocus={(event) => {
                event.target.select();
              }}
            />
            <CopyButton look="primary" copied={copy === "copied"} onClick={() => void copyNow()} />
          </div>
        )}
      </Field>
      <p role="status" className="text-soft">
        {COPY_SAID[copy]}
      </p>
      <DialogFooter at="start">
        <Button onClick={onDone}>Done</Button>
      </DialogFooter>
    </div>
  );
}

const COPY_SAID: Record<CopyState, string> = {
  idle: "",
  copied: "Link copied to the clipboard.",
  failed: "The browser did not allow copying. The link is selected: copy it with the keyboard.",
};
