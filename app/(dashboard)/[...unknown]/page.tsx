import type { Metadata } from "next";
import Link from "next/link";

import { NotFound } from "@/components/shell/not-found";
import { QUICKSTART_PATH } from "@/components/shell/paths";
import { buttonClass } from "@/components/ui/button";
import { currentSession } from "@/lib/auth/guard";
import { answerWith } from "@/lib/http/page-status";

export const metadata: Metadata = { title: "Page not found" };

/** Every unknown address, in the shell. Anyone may see it, so it has no guard. */
export default async function UnknownPage() {
  await answerWith(404);
  if (!(await currentSession())) return <NotFound to="/sign-in" label="Sign in" />;
  return (
    <NotFound
      more={
        <Link href={QUICKSTART_PATH} prefetch={false} className={buttonClass()}>
          Open the Quickstart
        </Link>
      }
    />
  );
}
