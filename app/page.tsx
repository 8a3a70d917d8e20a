import { redirect } from "next/navigation";

/** The dashboard starts at Agents, which every role may see. */
export default function Home(): never {
  redirect("/agents");
}
