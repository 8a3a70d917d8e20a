"use client";

import { Plus } from "lucide-react";

import { useKeyDialogs } from "@/components/api-keys/key-dialogs";
import { Button } from "@/components/ui/button";

/** Opens the create dialog. */
export function CreateKeyButton() {
  const { prepare, openCreate } = useKeyDialogs();
  return (
    <Button look="primary" onPointerEnter={prepare} onFocus={prepare} onClick={openCreate}>
      <Plus aria-hidden className="size-4" />
      <span>Create API key</span>
    </Button>
  );
}
