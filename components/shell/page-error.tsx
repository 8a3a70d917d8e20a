"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";

import { Button } from "@/components/ui/button";

/** What an error.tsx shows: that nothing is lost, and a retry that asks the server again. */
export function PageError({ title, reset }: { title: string; reset: () => void }) {
  const router = useRouter();
  const [retrying, startRetry] = useTransition();
  return (
    <div
      role="alert"
      className="grid justify-items-center gap-3 rounded-lg border border-line bg-surface px-4 py-16 text-center"
    >
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="max-w-md text-soft">
        The server could not get it just now; the database may be out of reach. Nothing has been changed or lost.
      </p>
      <Button
        look="primary"
        busy={retrying}
        onClick={() => {
          startRetry(() => {
            router.refresh();
            reset();
          });
        }}
      >
        {retrying ? "Trying again…" : "Try again"}
      </Button>
    </div>
  );
}
