"use client";

import { useState } from "react";

import { signOut } from "@/components/browser/auth-client";

/** Signing out of this browser. @returns what begins it, where it leads while it is under way, and why it has failed */
export function useSignOut() {
  const [leaving, setLeaving] = useState<"sign-in" | "other-account" | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const leave = async (to: "sign-in" | "other-account") => {
    setLeaving(to);
    setProblem(null);
    const kept = await signOut(to === "other-account");
    if (kept === null) return;
    setProblem(kept);
    setLeaving(null);
  };
  return { leave, leaving, problem };
}
