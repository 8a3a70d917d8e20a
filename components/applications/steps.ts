import type { ActionResult } from "@/lib/auth/action-result";
import type {
  AllowKeyManagersInput,
  BindApplicationInput,
  UnbindApplicationInput,
  UpdateApplicationInput,
} from "@/lib/applications/schemas";
import type { ApplicationRow } from "@/lib/applications/list";

/** The facts of an application that the dialogs show. */
export type ApplicationView = Omit<ApplicationRow, "boundBy" | "boundById" | "boundAt">;

/** The steps of the dialog of the applications page. */
export type ApplicationStep =
  { kind: "bind" | "allow" | "disallow" } | { kind: "edit" | "unbind"; target: ApplicationView };

/** The server actions of the page, passed in so that the dialogs depend on no route. */
export interface ApplicationActions {
  readonly bind: (input: BindApplicationInput) => Promise<ActionResult<{ name: string }>>;
  readonly update: (input: UpdateApplicationInput) => Promise<ActionResult<{ name: string }>>;
  readonly allowKeyManagers: (input: AllowKeyManagersInput) => Promise<ActionResult<{ changed: boolean }>>;
  readonly unbind: (input: UnbindApplicationInput) => Promise<ActionResult<{ name: string }>>;
}
