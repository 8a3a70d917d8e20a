"use client";

import { useState } from "react";

import { signOut } from "@/components/browser/auth-client";
import { useSubmit } from "@/components/hooks/use-submit";
import { Dialog } from "@/components/ui/dialog";
import { DialogForm } from "@/components/ui/dialog-form";
import type { ActionResult } from "@/lib/auth/action-result";

interface Props {
  readonly endAll: (input: Record<string, never>) => Promise<ActionResult<{ ended: number }>>;
  readonly onClose: () => void;
}

/** The dialog that ends all sessions of the person who is signed in. */
export function SignOutEverywhere({ open, ...props }: Props & { open: boolean }) {
  return (
    <Dialog
      open={open}
      title="Sign out everywhere?"
      description="You’ll be signed out in every browser, including this one. API keys keep working."
      onClose={props.onClose}
    >
      <SignOutForm {...props} />
    </Dialog>
  );
}

function SignOutForm({ endAll, onClose }: Props) {
  const [leaving, setLeaving] = useState(false);
  const { submit, busy, problem } = useSubmit(endAll);
  const onSubmit = async () => {
    const result = await submit({});
    // UNAUTHORIZED: already signed out, by an earlier try whose response was lost, or elsewhere.
    if (!result?.ok && result?.code !== "UNAUTHORIZED") return;
    setLeaving(true);
    // The sessions have ended; this removes the cookie too. If that fails, reloading leads to the sign-in as well.
    if ((await signOut()) !== null) window.location.reload();
  };
  return (
    <DialogForm
      label="Sign out everywhere"
      busyLabel="Signing out…"
      look="danger"
      busy={busy || leaving}
      problem={problem}
      onSubmit={onSubmit}
      onCancel={onClose}
    />
  );
}
