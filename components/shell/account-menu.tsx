"use client";

import Link from "next/link";
import { Popover } from "radix-ui";

import { SESSIONS_PATH } from "@/components/shell/paths";
import { SignOutButton } from "@/components/shell/sign-out-button";
import type { ShellMember } from "@/components/shell/shell";
import { buttonClass } from "@/components/ui/button";

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words.at(0), words.length > 1 ? words.at(-1) : undefined]
    .map((word) => Array.from(word ?? "")[0] ?? "")
    .join("");
}

/** Who is signed in, in which organisation and role, and the way out. */
export function AccountMenu({ name, email, role, tenantName }: ShellMember) {
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={`Account of ${name}`}
        className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-wash text-xs font-semibold text-accent"
      >
        {initials(name).toUpperCase()}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Account"
          className="z-30 w-72 rounded-lg border border-line bg-surface p-4 shadow-lg"
        >
          <p className="font-semibold break-words">
            <bdi>{name}</bdi>
          </p>
          {email ? <p className="text-xs break-words text-soft">{email}</p> : null}
          <p className="mt-2 text-xs break-words text-soft">
            {role} in <bdi>{tenantName}</bdi>
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
