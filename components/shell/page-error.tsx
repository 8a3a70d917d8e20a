"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

import {
  AGENTS_PATH,
  API_KEYS_PATH,
  API_REFERENCE_PATH,
  APPLICATIONS_PATH,
  AUDIT_LOG_PATH,
  MEMBERS_PATH,
  QUICKSTART_PATH,
  SESSIONS_PATH,
} from "@/components/shell/paths";
import { AlertIcon } from "@/components/ui/alert-icon";
import { Button, buttonClass } from "@/components/ui/button";
import { Message } from "@/components/ui/message";
import { Mono } from "@/components/ui/mono";

/** What the pages contain. */
const CONTENTS: readonly (readonly [path: string, what: string])[] = [
  [AGENTS_PATH, "your agents"],
  [API_KEYS_PATH, "your keys"],
  [APPLICATIONS_PATH, "the applications"],
  [MEMBERS_PATH, "the members"],
  [AUDIT_LOG_PATH, "the audit log"],
  [SESSIONS_PATH, "your sessions"],
  [QUICKSTART_PATH, "the Quickstart"],
  [API_REFERENCE_PATH, "the API reference"],
];

/**
 * What failed, that nothing is lost, and a button to try again.
 * @param as its heading; below the title of a section it is the second one
 */
export function PageError({ error, as = "h1" }: { error: Error & { digest?: string }; as?: "h1" | "h2" }) {
  const pathname = usePathname();
  const [, what = "this page"] = CONTENTS.find(([path]) => pathname.startsWith(path)) ?? [];
  const { isServers, title, text } = errorText(error, what);
  return (
    <div role="alert">
      <Message
        icon={AlertIcon}
        tone="bad"
        title={title}
        as={as}
        text={text}
        action={
          // Not by the router: an error in the browser would recur with the same scripts and state.
          <Button look="primary" onClick={() => window.location.reload()}>
            {isServers ? "Try again" : "Reload the page"}
          </Button>
        }
        more={
          pathname === AGENTS_PATH ? null : (
            <Link href={AGENTS_PATH} prefetch={false} className={buttonClass()}>
              Go to Agents
            </Link>
          )
        }
      >
        {error.digest ? <ErrorReference digest={error.digest} /> : null}
      </Message>
    </div>
  );
}

/** The message for an error of a page. The server's errors have a digest. @param what the page's contents, such as "your keys" */
function errorText({ digest }: { readonly digest?: string }, what: string) {
  const isServers = digest !== undefined;
  return {
    isServers,
    title: isServers ? `We can’t load ${what} right now` : "Something went wrong on this page",
    text: isServers
      ? "Your data is safe. Try again in a moment."
      : "This happened in your browser; your data is safe. Reload the page. If it happens again, turn off extensions for this site or try another browser.",
  };
}

/** What the server's log has the error under. */
function ErrorReference({ digest }: { digest: string }) {
  return (
    <p className="text-xs text-soft">
      <span>If it keeps happening, send this reference to the people who run this service: </span>
      <Mono>{digest}</Mono>
    </p>
  );
}
