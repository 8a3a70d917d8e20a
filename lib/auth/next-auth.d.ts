import "next-auth";
import "next-auth/jwt";

declare module "next-auth" {
  interface User {
    /** Set by the signIn callback: the session row that this sign-in created. */
    sessionId?: string;
  }
}

declare module "next-auth/jwt" {
  interface JWT {
    /** The session's id, the cookie's only content. */
    sid?: string;
  }
}
