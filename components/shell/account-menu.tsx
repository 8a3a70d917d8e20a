"use client";

import { Popover } from "radix-ui";

import { SignOutButton } from "@/components/shell/sign-out-button";
import type { ShellMember } from "@/components/shell/shell";

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words.at(0), words.length > 1 ? words.at(-1) : undefined].map((word) => Array.from(word ?? "")[0] ?? "").join("");
}

/** Who is signed in, in which organisation and role, and the way out. */
export function AccountMenu({ name, email, role, tenantName }: ShellMember) {
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={`Account of ${name}`}
        className="bg-accent-wash text-accent grid size-8 shrink-0 place-items-center rounded-full text-xs font-semibold"
      >
        {initials(name).toUpperCase()}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Account"
          className="bg-surface border-line z-30 w-72 rounded-lg border p-4 shadow-lg"
        >
          <p className="font-semibold break-words">{name}</p>
          {email ? <p className="text-soft text-xs break-words">{email}</p> : null}
          <p className="text-soft mt-2 text-xs break-words">
            {role} in {tenantName}
          </p>
          <div className="border-line mt-3 border-t pt-3">
            <SignOutButton />
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
