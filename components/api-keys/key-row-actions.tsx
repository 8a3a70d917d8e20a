"use client";

import { preparesDialog, useKeyDialogs } from "@/components/api-keys/key-dialogs";
import type { KeyView } from "@/components/api-keys/key-view";
import { Button } from "@/components/ui/button";

/** The buttons of a working key. Each names its key, so that it makes sense outside the row. */
export function KeyRowActions({ target }: { target: KeyView }) {
  const open = useKeyDialogs();
  const { isOldKey, name, display } = target;
  return (
    <div className="flex gap-1.5 lg:justify-end">
      {isOldKey ? null : (
        <Button
          small
          {...preparesDialog}
          aria-label={`Rotate ${name}`}
          onClick={() => open({ kind: "rotate", target })}
        >
          Rotate
        </Button>
      )}
      <Button
        small
        look="caution"
        {...preparesDialog}
        aria-label={isOldKey ? `Revoke old key ${display} of ${name}` : `Revoke ${name}`}
        onClick={() => open({ kind: "revoke", target })}
      >
        Revoke
      </Button>
    </div>
  );
}
