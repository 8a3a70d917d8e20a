"use client";

import { useKeyDialogs } from "@/components/api-keys/key-dialogs";
import type { KeyView } from "@/components/api-keys/key-view";
import { Button } from "@/components/ui/button";

/** The buttons of a working key. Each names its key, so that a list of buttons makes sense by itself. */
export function KeyRowActions({ target }: { target: KeyView }) {
  const { prepare, openRotate, openRevoke } = useKeyDialogs();
  return (
    <div className="flex gap-1.5 lg:justify-end">
      {target.isOldKey ? null : (
        <Button
          small
          aria-label={`Rotate ${target.name}`}
          onPointerEnter={prepare}
          onFocus={prepare}
          onClick={() => {
            openRotate(target);
          }}
        >
          Rotate
        </Button>
      )}
      <Button
        small
        look="caution"
        onPointerEnter={prepare}
        onFocus={prepare}
        aria-label={target.isOldKey ? `Revoke old key ${target.display} of ${target.name}` : `Revoke ${target.name}`}
        onClick={() => {
          openRevoke(target);
        }}
      >
        Revoke
      </Button>
    </div>
  );
}
