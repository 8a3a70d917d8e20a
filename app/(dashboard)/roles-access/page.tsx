import { redirect } from "next/navigation";

import { API_KEYS_PATH } from "@/components/shell/paths";
import { requirePageAccess } from "@/lib/auth/guard";

export default async function RolesAccess() {
  await requirePageAccess(API_KEYS_PATH, "Admin");
  redirect(API_KEYS_PATH);
}
