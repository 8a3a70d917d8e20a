import "next-auth";
import "next-auth/jwt";

declare module "next-auth" {
  interface User {
    /** Set by the signIn callback: the session row this sign-in made. */
    sessionId?: string;
  }
}

declare module "next-auth/jwt" {
  interface JWT {
    /** The session's id: all that the cookie carries. */
    sid?: string;
  }
}
