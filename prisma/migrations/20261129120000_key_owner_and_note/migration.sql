-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN "owner_id" UUID,
ADD COLUMN "owner_email" TEXT,
ADD COLUMN "note" TEXT,
ADD CONSTRAINT "api_keys_one_owner" CHECK (num_nonnulls(owner_id, owner_email) <= 1),
ADD CONSTRAINT "api_keys_owner_email_length" CHECK (char_length(owner_email) BETWEEN 3 AND 254),
ADD CONSTRAINT "api_keys_note_length" CHECK (char_length(note) BETWEEN 1 AND 500);

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
