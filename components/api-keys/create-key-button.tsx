"use client";

import { Plus } from "lucide-react";

import { preparesDialog, useKeyDialogs } from "@/components/api-keys/key-dialogs";
import { Button } from "@/components/ui/button";

/** Opens the create dialog. */
export function CreateKeyButton() {
  const open = useKeyDialogs();
  return (
    <Button look="primary" {...preparesDialog} onClick={() => open({ kind: "create" })}>
      <Plus aria-hidden className="size-4" />
      <span>Create API key</span>
    </Button>
  );
}
