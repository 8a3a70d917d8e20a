"use client";

import { Plus } from "lucide-react";
import { useContext } from "react";

import { OpenKeyDialog, preparesDialog } from "@/components/api-keys/key-dialogs";
import type { KeyView } from "@/components/api-keys/key-steps";
import { Button } from "@/components/ui/button";

/** Opens the create dialog. */
export function CreateKeyButton() {
  const open = useContext(OpenKeyDialog);
  return (
    <Button look="primary" {...preparesDialog} onClick={() => open({ kind: "create" })}>
      <Plus aria-hidden className="size-4" />
      <span>Create API key</span>
    </Button>
  );
}

/** The buttons of a working key. Each names its key, so that it makes sense outside the row. */
export function KeyRowButtons({ target }: { target: KeyView }) {
  const open = useContext(OpenKeyDialog);
  const { isOldKey, name, display } = target;
  const small = { small: true, ...preparesDialog };
  return (
    <div className="flex gap-1.5 lg:justify-end">
      {isOldKey ? null : (
        <Button {...small} aria-label={`Rotate ${name}`} onClick={() => open({ kind: "rotate", target })}>
          Rotate
        </Button>
      )}
      <Button
        {...small}
        look="caution"
        aria-label={isOldKey ? `Revoke old key ${display} of ${name}` : `Revoke ${name}`}
        onClick={() => open({ kind: "revoke", target })}
      >
        Revoke
      </Button>
    </div>
  );
}
