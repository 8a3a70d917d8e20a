-- AlterTable
ALTER TABLE "tenants" ADD COLUMN "accounts_due_at" TIMESTAMPTZ(3),
ADD COLUMN "accounts_problem" TEXT;

-- AlterTable
ALTER TABLE "members" ADD COLUMN "account_gone_at" TIMESTAMPTZ(3),
ADD COLUMN "tokens_valid_from" TIMESTAMPTZ(3);
