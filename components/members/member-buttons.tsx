"use client";

import { UserPlus } from "lucide-react";
import { useContext } from "react";

import { OpenMemberDialog } from "@/components/members/member-dialogs";
import { stepTitle, type MemberView } from "@/components/members/member-steps";
import { Button } from "@/components/ui/button";

/** Opens the invite dialog. */
export function InviteButton() {
  const open = useContext(OpenMemberDialog);
  return (
    <Button look="primary" onClick={() => open({ kind: "invite" })}>
      <UserPlus aria-hidden className="size-4" />
      <span>Invite</span>
    </Button>
  );
}

const LABELS = {
  restore: "Restore",
  renew: "New link",
  role: "Change role",
  sessions: "End sessions",
  remove: "Remove",
} as const;

function actionsFor({ status, needsLink }: MemberView): (keyof typeof LABELS)[] {
  if (status === "removed") return ["restore"];
  return [
    ...(needsLink ? ["renew" as const] : []),
    "role",
    ...(status === "active" ? ["sessions" as const] : []),
    "remove",
  ];
}

/** The buttons of a member. Each names the member, so that it makes sense outside the row. */
export function MemberRowButtons({ target }: { target: MemberView }) {
  const open = useContext(OpenMemberDialog);
  return (
    <div className="flex flex-wrap gap-1.5 lg:flex-nowrap lg:justify-end">
      {actionsFor(target).map((kind) => (
        <Button
          key={kind}
          small
          look={kind === "remove" ? "caution" : "plain"}
          aria-label={stepTitle({ kind, target })}
          onClick={() => open({ kind, target })}
        >
          {LABELS[kind]}
        </Button>
      ))}
    </div>
  );
}
