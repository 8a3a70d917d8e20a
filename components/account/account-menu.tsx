"use client";

import { useCallback, useRef, useState } from "react";

import type { AccountOwner } from "@/components/account/account-panel";
import { onDemand, prepare, useOnDemand } from "@/components/hooks/use-on-demand";

const panel = onDemand(() => import("@/components/account/account-panel"));

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words.at(0), words.length > 1 ? words.at(-1) : undefined]
    .map((word) => Array.from(word ?? "")[0] ?? "")
    .join("");
}

/** Opens the account panel. */
export function AccountMenu(member: AccountOwner) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const part = useOnDemand(panel, open, close);
  const prepared = () => prepare(panel);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={`Account of ${member.name}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPointerEnter={prepared}
        onFocus={prepared}
        onClick={() => setOpen(!open)}
        className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-wash text-xs font-semibold text-accent"
      >
        {initials(member.name).toUpperCase()}
      </button>
      {part ? <part.AccountPanel {...member} open={open} trigger={button} onClose={close} /> : null}
    </>
  );
}
