-- AlterEnum
ALTER TYPE "application_role" ADD VALUE 'KeyManager';

-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "created_by_application_id" UUID,
ADD COLUMN     "revoked_by_application_id" UUID,
ADD COLUMN     "rotated_by_application_id" UUID,
ALTER COLUMN "created_by_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "key_managers_allowed" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "api_keys_tenant_id_created_by_application_id_created_at_id_idx" ON "api_keys"("tenant_id", "created_by_application_id", "created_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_created_by_application_id_fkey" FOREIGN KEY ("tenant_id", "created_by_application_id") REFERENCES "applications"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_rotated_by_application_id_fkey" FOREIGN KEY ("tenant_id", "rotated_by_application_id") REFERENCES "applications"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_revoked_by_application_id_fkey" FOREIGN KEY ("tenant_id", "revoked_by_application_id") REFERENCES "applications"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddCheck
ALTER TABLE "api_keys"
    ADD CONSTRAINT "api_keys_one_creator" CHECK (num_nonnulls("created_by_id", "created_by_application_id") = 1),
    DROP CONSTRAINT "api_keys_rotation_whole",
    -- A rotation writes its three columns together, the second of them one of two.
    ADD CONSTRAINT "api_keys_rotation_whole" CHECK (
        num_nonnulls("rotated_at", "grace_ends_at", "rotated_by_id", "rotated_by_application_id") IN (0, 3)
        AND ("rotated_at" IS NULL) = ("grace_ends_at" IS NULL)
    ),
    DROP CONSTRAINT "api_keys_revoker_needs_revocation",
    ADD CONSTRAINT "api_keys_revoker_needs_revocation" CHECK (
        num_nonnulls("revoked_by_id", "revoked_by_application_id") <= CASE WHEN "revoked_at" IS NULL THEN 0 ELSE 1 END
    );
