"use client";

import type { InvitedView } from "@/components/members/member-steps";
import { LocalTime } from "@/components/time/time";
import { Callout } from "@/components/ui/callout";
import { CopyOnceField } from "@/components/ui/copy-once-field";
import { DoneButton } from "@/components/ui/dialog";
import type { Loss } from "@/components/ui/leave-question";

const NOT_COPIED: Loss = {
  title: "You haven’t copied this link.",
  text: "You won’t see it again, but you can make a new one. Close anyway?",
};

/** Shows an invitation's link, once, and whether it was mailed. */
export function LinkPanel({
  invited: { name, email, link, expiresAt, mail },
}: {
  invited: InvitedView & { link: string };
}) {
  return (
    <div className="grid gap-4">
      {mail === "failed" ? (
        <Callout tone="warn" alert>
          The e-mail couldn’t be sent. Copy the link and send it yourself.
        </Callout>
      ) : null}
      {mail === "sent" ? (
        <Callout tone="info">
          The link was mailed to <bdi translate="no">{email}</bdi>.
        </Callout>
      ) : null}
      {mail === "none" ? (
        <Callout tone="info">
          Nothing was mailed: <bdi>{name}</bdi> has no mailbox in your directory. Copy the link and send it yourself.
        </Callout>
      ) : null}
      <CopyOnceField
        label={expiresAt ? "Invitation link" : "Sign-in link"}
        noun="link"
        value={link}
        hint={
          expiresAt ? (
            <span>
              <span>Shown only once. Works once, for a Microsoft account in your organisation</span>
              <span>
                , until <LocalTime at={expiresAt} />
              </span>
              <span>.</span>
            </span>
          ) : (
            "They sign in here with their Microsoft account. The invitation is theirs alone."
          )
        }
        loss={NOT_COPIED}
        isSafe={mail === "sent"}
      />
      <DoneButton />
    </div>
  );
}
