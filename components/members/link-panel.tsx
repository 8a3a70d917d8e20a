"use client";

import { useRef } from "react";

import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { copyFrom } from "@/components/ui/copy-text";
import { DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import { LocalTime } from "@/components/ui/moment";
import { useCopyState } from "@/components/ui/use-copy-state";
import type { Invited } from "@/lib/members/invitations";

/** Shows an invitation's link, this once, with a button that copies it, and what became of the mail. */
export function LinkPanel({ invited, onDone }: { invited: Invited & { link: string }; onDone: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [copy, setCopy] = useCopyState();
  const copyNow = async () => {
    if (field.current) setCopy((await copyFrom(field.current)) ? "copied" : "failed");
  };
  return (
    <div className="grid gap-4">
      {invited.mail === "failed" ? (
        <Callout tone="warn" alert>
          The mail could not be sent. Copy the link and send it yourself.
        </Callout>
      ) : null}
      {invited.mail === "sent" ? (
        <Callout tone="info">
          The link was mailed to <bdi>{invited.email}</bdi>.
        </Callout>
      ) : null}
      <Field
        label="Invitation link"
        hint={
          <>
            It works once
            {invited.expiresAt ? (
              <>
                , until <LocalTime at={new Date(invited.expiresAt).toISOString()} />
              </>
            ) : null}
            , for a Microsoft account of your organisation, and is shown here only now.
          </>
        }
      >
        {(control) => (
          <div className="flex gap-2">
            <input
              {...control}
              ref={field}
              readOnly
              value={invited.link}
              spellCheck={false}
              className={`${inputClass} font-mono text-xs`}
              onFocus={(event) => {
                event.target.select();
              }}
            />
            <Button look="primary" onClick={() => void copyNow()}>
              {copy === "copied" ? "Copied" : "Copy"}
            </Button>
          </div>
        )}
      </Field>
      <p role="status" className="text-soft">
        {copy === "copied" ? "The link is on the clipboard." : ""}
        {copy === "failed" ? "Copying did not work. The link is selected: copy it with the keyboard." : ""}
      </p>
      <DialogFooter>
        <Button onClick={onDone}>Done</Button>
      </DialogFooter>
    </div>
  );
}
