"use client";

import { LogOut } from "lucide-react";
import { useState } from "react";

import { signOut } from "@/components/browser/auth-client";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field";

/** Signs out of this browser. */
export function SignOutButton() {
  const [leaving, setLeaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const leave = async () => {
    setLeaving(true);
    setProblem(null);
    const kept = await signOut();
    if (kept === null) return;
    setProblem(kept);
    setLeaving(false);
  };
  return (
    <div className="grid gap-1">
      <Button busy={leaving} onClick={() => void leave()}>
        <LogOut aria-hidden className="size-4" />
        <span>{leaving ? "Signing out…" : "Sign out"}</span>
      </Button>
      {problem ? <FieldError>{problem}</FieldError> : null}
    </div>
  );
}
