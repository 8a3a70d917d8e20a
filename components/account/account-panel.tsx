"use client";

import Link from "next/link";
import { Popover } from "radix-ui";
import type { RefObject } from "react";

import { SESSIONS_PATH } from "@/components/shell/paths";
import { SignOutButton } from "@/components/account/sign-out-button";
import { buttonClass } from "@/components/ui/button";
import type { MemberActor } from "@/lib/actor";

/** What the panel shows about the signed-in person. */
export type AccountOwner = Pick<MemberActor, "name" | "email" | "role" | "tenantName">;

/** Who is signed in, in which organisation and role, with links to sessions and sign-out. */
export function AccountPanel({
  name,
  email,
  role,
  tenantName,
  open,
  trigger,
  onClose,
}: AccountOwner & { open: boolean; trigger: RefObject<HTMLButtonElement | null>; onClose: () => void }) {
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Popover.Anchor virtualRef={trigger} />
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Account"
          onInteractOutside={(event) => {
            // The button closes the panel itself: closing it here too would make its click reopen it.
            if (event.target instanceof Node && trigger.current?.contains(event.target)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // Leaves the focus alone if the person has moved it already.
            if (document.activeElement === null || document.activeElement === document.body) trigger.current?.focus();
          }}
          className="z-30 w-72 rounded-lg border border-line bg-surface p-4 shadow-lg"
        >
          <p className="font-semibold break-words">
            <bdi>{name}</bdi>
          </p>
          {email ? <p className="text-xs break-words text-soft">{email}</p> : null}
          <p className="mt-2 text-xs break-words text-soft">
            <span>{`${role} in `}</span>
            <bdi translate="no">{tenantName}</bdi>
          </p>
          <div className="mt-3 flex flex-wrap gap-2 border-t border-line pt-3">
            <Popover.Close asChild>
              <Link href={SESSIONS_PATH} prefetch={false} className={buttonClass("plain")}>
                Your sessions
              </Link>
            </Popover.Close>
            <SignOutButton />
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
