"use client";

import { LoaderCircle } from "lucide-react";
import { useActionState, useEffect } from "react";

import { askAuth } from "@/components/browser/auth-client";
import { FieldError } from "@/components/ui/field-error";

const UNREACHED = "We couldn’t reach the server. Check your connection, then try again.";

/** The four squares of Microsoft's sign-in button. */
function MicrosoftLogo() {
  return (
    <svg aria-hidden viewBox="0 0 21 21" className="size-5 shrink-0">
      <path fill="#f25022" d="M1 1h9v9H1z" />
      <path fill="#7fba00" d="M11 1h9v9h-9z" />
      <path fill="#00a4ef" d="M1 11h9v9H1z" />
      <path fill="#ffb900" d="M11 11h9v9h-9z" />
    </svg>
  );
}

/**
 * The button that starts the sign-in. A click before the page's scripts have loaded takes effect once they have.
 * @param callbackUrl the path to end at, already checked
 * @param appOrigin the address that Microsoft sends people back to
 * @param again whether an attempt was just refused, so that another account may help
 * @param prepare runs first, and returns why the sign-in can't begin; null when it can
 */
export function SignInForm({
  callbackUrl,
  appOrigin,
  again,
  prepare,
}: {
  callbackUrl: string;
  appOrigin: string;
  again: boolean;
  prepare?: () => Promise<string | null>;
}) {
  const [problem, start, leaving] = useActionState(async (): Promise<string | null> => {
    try {
      const refused = await prepare?.();
      if (refused) return refused;
      // The browser keeps the fragment of the page that sent it here, such as `#error-expired`; the server doesn't see it.
      const url = (await askAuth("signin/azure-ad", callbackUrl + window.location.hash))?.url;
      if (!url) return UNREACHED;
      // Stays pending until the page is left. If Back restores the page, the button is ready again.
      const back = new Promise((resolve) => window.addEventListener("pageshow", resolve, { once: true }));
      window.location.assign(url);
      await back;
      return null;
    } catch {
      return UNREACHED;
    }
  }, null);

  useEffect(() => {
    // Under another name (127.0.0.1 for localhost) the sign-in's cookies would be missing on the way back.
    if (window.location.origin !== appOrigin)
      window.location.replace(appOrigin + window.location.pathname + window.location.search + window.location.hash);
  }, [appOrigin]);

  return (
    <form action={start} className="mt-6 grid gap-2">
      <button
        type="submit"
        aria-disabled={leaving || undefined}
        onClick={(event) => {
          if (leaving) event.preventDefault();
        }}
        className="inline-flex h-11 w-full items-center justify-center gap-3 rounded-md border border-edge bg-surface px-4 text-base font-semibold shadow-control hover:bg-sunken aria-disabled:cursor-default"
      >
        {leaving ? <LoaderCircle aria-hidden className="size-5 shrink-0 animate-spin" /> : <MicrosoftLogo />}
        <span>Sign in with Microsoft</span>
      </button>
      <p role="status" className="sr-only">
        {leaving ? "Opening Microsoft’s sign-in…" : ""}
      </p>
      {problem && !leaving ? <FieldError>{problem}</FieldError> : null}
      {again ? <p className="text-xs text-soft">You can choose another account on the next page.</p> : null}
      <noscript>
        <p className="text-xs text-bad">Signing in needs JavaScript. Turn it on for this site, then reload the page.</p>
      </noscript>
    </form>
  );
}
