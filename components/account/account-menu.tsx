"use client";

import { MonitorSmartphone } from "lucide-react";
import Link from "next/link";
import { useId, useRef, useState, type ToggleEvent } from "react";

import { menuRowClass } from "@/components/account/menu-row";
import { useModule } from "@/components/hooks/use-module";
import { SESSIONS_PATH } from "@/components/shell/paths";
import { useKeptTheme } from "@/components/theme/kept-theme";
import { Avatar } from "@/components/ui/avatar";
import type { MemberActor } from "@/lib/actor";

const load = () => import("@/components/account/account-controls");

type Member = Pick<MemberActor, "name" | "email" | "role" | "tenantName">;

/**
 * Who is signed in, in which organisation and role, a link to their sessions, the theme and the ways out of Neo, in a panel
 * below a button. What needs scripts is fetched when it's wanted.
 */
export function AccountMenu(member: Member) {
  useKeptTheme();
  const { module, prepare, failed } = useModule(load);
  const panelId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const first = useRef<HTMLAnchorElement>(null);
  const [open, setOpen] = useState(false);
  const close = () => panel.current?.hidePopover();
  const onToggle = (event: ToggleEvent) => {
    setOpen(event.newState === "open");
    if (event.newState === "open") {
      prepare();
      first.current?.focus();
    }
    // Leaves the focus alone if the person has moved it already.
    else if (document.activeElement === null || document.activeElement === document.body) button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={panelId}
        aria-label={`Account of ${member.name}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPointerEnter={prepare}
        onFocus={prepare}
        className="shrink-0 rounded-full"
      >
        <Avatar name={member.name} className="size-8" />
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
        className="absolute inset-auto top-12 right-[max(1rem,50%-39rem)] m-0 w-72 rounded-lg border border-line bg-surface text-ink shadow-overlay"
      >
        <Identity {...member} />
        <div className="p-2">
          <Link ref={first} href={SESSIONS_PATH} prefetch={false} className={menuRowClass} onClick={close}>
            <MonitorSmartphone aria-hidden className="size-4 text-soft" />
            Your sessions
          </Link>
        </div>
        {/* As high as what it loads. */}
        <div className="min-h-36.5">
          {module ? <module.AccountControls /> : null}
          {failed ? (
            <p role="alert" className="px-4 pb-4 text-bad">
              The rest couldn’t be loaded. Check your connection, then reload the page.
            </p>
          ) : null}
        </div>
      </div>
    </>
  );
}

function Identity({ name, email, role, tenantName }: Member) {
  return (
    <div className="flex gap-3 border-b border-line p-4">
      <Avatar name={name} className="size-8" />
      <div className="min-w-0 text-xs text-soft">
        <p className="text-sm font-semibold break-words text-ink">
          <bdi>{name}</bdi>
        </p>
        {email ? <p className="break-words">{email}</p> : null}
        <p className="mt-1 break-words">
          <span>{`${role} in `}</span>
          <bdi translate="no">{tenantName}</bdi>
        </p>
      </div>
    </div>
  );
}
