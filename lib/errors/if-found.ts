import { AppError } from "@/lib/errors/app-error";

/** What a page reads; null for what does not exist or belongs to another organisation. */
export async function ifFound<Read>(reading: Promise<Read>): Promise<Read | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") return null;
    throw error;
  }
}
