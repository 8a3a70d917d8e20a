"use client";

import { LogOut, type LucideIcon, UserRoundPlus } from "lucide-react";

import { menuRowClass } from "@/components/account/menu-row";
import { useSignOut } from "@/components/account/use-sign-out";
import { ThemeSwitch } from "@/components/theme/theme-switch";
import { FieldError } from "@/components/ui/field-error";

/** What the account menu can do: the theme, and the two ways out of Neo. */
export function AccountControls() {
  const { leave, leaving, problem } = useSignOut();
  const row = (to: "sign-in" | "other-account", Icon: LucideIcon, label: string) => (
    <button
      type="button"
      aria-disabled={leaving !== null || undefined}
      onClick={() => (leaving ? undefined : void leave(to))}
      className={menuRowClass}
    >
      <Icon aria-hidden className="size-4 text-soft" />
      <span>{leaving === to ? "Signing out…" : label}</span>
    </button>
  );
  return (
    <>
      <div className="px-4 pb-3">
        <ThemeSwitch />
      </div>
      <div className="border-t border-line p-2">
        {row("other-account", UserRoundPlus, "Use another account")}
        {row("sign-in", LogOut, "Sign out")}
        {problem ? (
          <div className="px-2 pb-1">
            <FieldError>{problem}</FieldError>
          </div>
        ) : null}
      </div>
    </>
  );
}
