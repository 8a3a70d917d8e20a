"use client";

import { LogOut } from "lucide-react";
import { signOut } from "next-auth/react";
import { useState } from "react";

import { Button } from "@/components/ui/button";

/** Ends this session, here and on the server. */
export function SignOutButton() {
  const [leaving, setLeaving] = useState(false);
  return (
    <Button
      busy={leaving}
      onClick={() => {
        setLeaving(true);
        void signOut({ callbackUrl: "/sign-in" });
      }}
    >
      <LogOut aria-hidden className="size-4" />
      {leaving ? "Signing out…" : "Sign out"}
    </Button>
  );
}
