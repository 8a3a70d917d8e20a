"use client";

import Link from "next/link";
import { useId, useRef, useState, type ToggleEvent } from "react";

import { SignOutButton } from "@/components/account/sign-out-button";
import { SESSIONS_PATH } from "@/components/shell/paths";
import { buttonClass } from "@/components/ui/button";
import type { MemberActor } from "@/lib/actor";

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words.at(0), words.length > 1 ? words.at(-1) : undefined]
    .map((word) => Array.from(word ?? "")[0] ?? "")
    .join("");
}

/** Who is signed in, in which organisation and role, with links to sessions and sign-out, in a panel below a button. */
export function AccountMenu({
  name,
  email,
  role,
  tenantName,
}: Pick<MemberActor, "name" | "email" | "role" | "tenantName">) {
  const panelId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const first = useRef<HTMLAnchorElement>(null);
  const [open, setOpen] = useState(false);
  const close = () => panel.current?.hidePopover();
  const onToggle = (event: ToggleEvent) => {
    setOpen(event.newState === "open");
    if (event.newState === "open") first.current?.focus();
    // Leaves the focus alone if the person has moved it already.
    else if (document.activeElement === null || document.activeElement === document.body) button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={panelId}
        aria-label={`Account of ${name}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-wash text-xs font-semibold text-accent"
      >
        {initials(name).toUpperCase()}
      </button>
      {/* Losing the focus closes it, as a click elsewhere does. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={panel}
        id={panelId}
        popover="auto"
        role="dialog"
        aria-label="Account"
        onToggle={onToggle}
        onBlur={({ currentTarget, relatedTarget }) => {
          // The button closes the panel itself: closing it here too would make its click reopen it.
          if (relatedTarget && relatedTarget !== button.current && !currentTarget.contains(relatedTarget)) close();
        }}
        className="absolute inset-auto top-11.5 right-[max(1rem,50%-39rem)] m-0 w-72 rounded-lg border border-line bg-surface p-4 text-ink shadow-lg"
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
          <Link ref={first} href={SESSIONS_PATH} prefetch={false} className={buttonClass("plain")} onClick={close}>
            Your sessions
          </Link>
          <SignOutButton />
        </div>
      </div>
    </>
  );
}
