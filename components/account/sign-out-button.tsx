"use client";

import { LogOut } from "lucide-react";

import { useSignOut } from "@/components/account/use-sign-out";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field-error";

/** Signs out of this browser. */
export function SignOutButton() {
  const { leave, leaving, problem } = useSignOut();
  return (
    <div className="grid gap-1">
      <Button busy={leaving !== null} onClick={() => void leave("sign-in")}>
        <LogOut aria-hidden className="size-4" />
        <span>{leaving ? "Signing out…" : "Sign out"}</span>
      </Button>
      {problem ? <FieldError>{problem}</FieldError> : null}
    </div>
  );
}
