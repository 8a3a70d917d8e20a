/** Bytes as lower-case hex digits. */
export const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
