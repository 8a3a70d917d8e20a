import type { Metadata } from "next";

import { SessionList } from "@/components/account/session-list";
import { OfflineNote } from "@/components/shell/offline-note";
import { SESSIONS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/time";
import { ListNotes } from "@/components/list/list-notes";
import { requirePageAccess } from "@/lib/auth/guard";
import { env } from "@/lib/config/env";
import { listOwnSessions } from "@/lib/members/sessions";

import { endOwnSessionsAction, endSessionAction } from "./actions";

export const metadata: Metadata = { title: "Your sessions" };

const counted = (count: number, noun: string) => `${String(count)} ${noun}${count === 1 ? "" : "s"}`;

export default async function SessionsPage() {
  const { actor, now } = await requirePageAccess(SESSIONS_PATH);
  const sessions = await listOwnSessions(actor, now);
  const { SESSION_IDLE_HOURS, SESSION_MAX_DAYS } = env();
  return (
    <ClockProvider now={now.toISOString()}>
      <div className="mx-auto max-w-3xl">
        <SessionList sessions={sessions} actions={{ end: endSessionAction, endAll: endOwnSessionsAction }} />
        <p className="mt-3 px-1 text-xs text-soft">
          {`A session ends automatically after ${counted(SESSION_IDLE_HOURS, "hour")} without activity, and ${counted(SESSION_MAX_DAYS, "day")} after the sign-in. If you don’t recognise one of these, sign out everywhere and tell an admin.`}
        </p>
        <ListNotes />
        <OfflineNote what="list" />
      </div>
    </ClockProvider>
  );
}
