"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";

import { Button } from "@/components/ui/button";

/** What an error.tsx shows: that nothing is lost, and a retry that asks the server again. */
export function PageError({ title, reset }: { title: string; reset: () => void }) {
  const router = useRouter();
  const [retrying, startRetry] = useTransition();
  return (
    <div role="alert" className="bg-surface border-line grid justify-items-center gap-3 rounded-lg border px-4 py-16 text-center">
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="text-soft max-w-md">
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
