"use client";

import { useMemberDialogs } from "@/components/members/member-dialogs";
import type { MemberView } from "@/components/members/member-view";
import { Button } from "@/components/ui/button";

/** The buttons of a member. Each names whom it is about, so that a list of buttons makes sense by itself. */
export function MemberRowActions({ target }: { target: MemberView }) {
  const open = useMemberDialogs();
  const { name, status, needsLink } = target;
  if (status === "removed") {
    return (
      <div className="flex gap-1.5 lg:justify-end">
        <Button
          small
          aria-label={`Restore ${name}`}
          onClick={() => {
            open({ kind: "restore", target });
          }}
        >
          Restore
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-wrap gap-1.5 lg:flex-nowrap lg:justify-end">
      {needsLink ? (
        <Button
          small
          aria-label={`New link for ${name}`}
          onClick={() => {
            open({ kind: "renew", target });
          }}
        >
          New link
        </Button>
      ) : null}
      <Button
        small
        aria-label={`Change role of ${name}`}
        onClick={() => {
          open({ kind: "role", target });
        }}
      >
        Change role
      </Button>
      {status === "active" ? (
        <Button
          small
          aria-label={`End sessions of ${name}`}
          onClick={() => {
            open({ kind: "sessions", target });
          }}
        >
          End sessions
        </Button>
      ) : null}
      <Button
        small
        look="caution"
        aria-label={`Remove ${name}`}
        onClick={() => {
          open({ kind: "remove", target });
        }}
      >
        Remove
      </Button>
    </div>
  );
}
