import { redirect } from "next/navigation";

/** The dashboard begins at what everybody may see. */
export default function Home(): never {
  redirect("/agents");
}
