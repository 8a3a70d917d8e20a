import Link from "next/link";

import { buttonClass } from "@/components/ui/button";

export default function NotFound() {
  return (
    <main className="mx-auto grid max-w-md gap-4 px-4 py-24 text-center">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="text-soft">The address may be mistyped, or what it named is gone.</p>
      <p>
        <Link href="/" className={buttonClass("primary")}>
          Go to the dashboard
        </Link>
      </p>
    </main>
  );
}
