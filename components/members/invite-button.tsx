"use client";

import { UserPlus } from "lucide-react";

import { useMemberDialogs } from "@/components/members/member-dialogs";
import { Button } from "@/components/ui/button";

/** Opens the invite dialog. */
export function InviteButton() {
  const open = useMemberDialogs();
  return (
    <Button look="primary" onClick={() => open({ kind: "invite" })}>
      <UserPlus aria-hidden className="size-4" />
      <span>Invite</span>
    </Button>
  );
}
