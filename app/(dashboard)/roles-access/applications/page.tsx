import { AppWindow } from "lucide-react";
import type { Metadata } from "next";

import {
  ApplicationDialogsProvider,
  BindButton,
  KeyManagersSection,
} from "@/components/applications/application-dialogs";
import { ApplicationsTable } from "@/components/applications/applications-table";
import { ListFrame } from "@/components/list/list-frame";
import { APPLICATIONS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/time";
import { Message } from "@/components/ui/message";
import { listApplications, readKeyManagersAllowed } from "@/lib/applications/list";
import { requirePageAccess } from "@/lib/auth/guard";
import { countText } from "@/lib/text/number";

import { APPLICATION_ACTIONS } from "./application-actions";

export const metadata: Metadata = { title: "Applications" };

export default async function ApplicationsPage() {
  const { actor, now } = await requirePageAccess(APPLICATIONS_PATH, "Admin");
  const [rows, keyManagersAllowed] = await Promise.all([listApplications(actor), readKeyManagersAllowed(actor)]);
  return (
    <ClockProvider now={now.toISOString()}>
      <ApplicationDialogsProvider actions={APPLICATION_ACTIONS} keyManagersAllowed={keyManagersAllowed}>
        <ListFrame
          toolbar={
            rows.length > 0 ? (
              <>
                <p className="text-soft">{countText(rows.length, ["application", "applications"])}</p>
                <BindButton />
              </>
            ) : null
          }
          hasRows={rows.length > 0}
        >
          {rows.length > 0 ? <ApplicationsTable rows={rows} now={now} /> : <NoApplicationsYet />}
        </ListFrame>
        <KeyManagersSection allowed={keyManagersAllowed} />
      </ApplicationDialogsProvider>
    </ClockProvider>
  );
}

/** The list before the first application: what one is for, and the first step. */
function NoApplicationsYet() {
  return (
    <Message
      as="h2"
      icon={AppWindow}
      tone="accent"
      title="No applications yet"
      text="An application or managed identity of your Microsoft tenant can call the API with its own access token, without a secret to store or rotate. Bind one to let it in."
      action={<BindButton />}
    />
  );
}
