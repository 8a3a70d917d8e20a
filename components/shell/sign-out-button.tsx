"use client";

import { LogOut } from "lucide-react";
import { useState } from "react";

import { signOut } from "@/components/shell/auth-client";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field";

/** Ends this session, here and on the server. */
export function SignOutButton() {
  const [state, setState] = useState<"here" | "leaving" | "failed">("here");
  const leave = async () => {
    setState("leaving");
    if (!(await signOut())) setState("failed");
  };
  return (
    <div className="grid gap-1">
      <Button
        busy={state === "leaving"}
        onClick={() => {
          void leave();
        }}
      >
        <LogOut aria-hidden className="size-4" />
        {state === "leaving" ? "Signing out…" : "Sign out"}
      </Button>
      {state === "failed" ? (
        <FieldError>You are still signed in: the server did not answer. Try again in a moment.</FieldError>
      ) : null}
    </div>
  );
}
