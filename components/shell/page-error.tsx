"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";

import { Button } from "@/components/ui/button";
import { errorText } from "@/components/shell/error-text";

/** What failed, that nothing is lost, and a button to try again. @param what the page's contents, such as "your keys" */
export function PageError({
  what,
  error,
  reset,
}: {
  what: string;
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const router = useRouter();
  const [retrying, startRetry] = useTransition();
  const { isServers, title, text } = errorText(error, what);
  const retry = () => {
    // An error in the browser would recur with the same scripts and state.
    if (!isServers) {
      window.location.reload();
      return;
    }
    startRetry(() => {
      router.refresh();
      reset();
    });
  };
  return (
    <div
      role="alert"
      className="grid justify-items-center gap-3 rounded-lg border border-line bg-surface px-4 py-16 text-center"
    >
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="max-w-md text-soft">{text}</p>
      <Button look="primary" busy={retrying} onClick={retry}>
        <span>{retrying ? "Trying again…" : isServers ? "Try again" : "Reload the page"}</span>
      </Button>
    </div>
  );
}
