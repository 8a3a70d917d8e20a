import { randomBytes, randomInt } from "node:crypto";

import type { StandInAccount } from "./directory";
import { TokenError } from "./token-error";

/** A device code lives 15 minutes, as in Entra; it may be polled every 2 seconds (5 in Entra). */
const EXPIRES_S = 15 * 60;
const INTERVAL_S = 2;
/** Clocks and networks are inexact: a poll this much too early is accepted. */
const TOLERANCE_MS = 1_000;
/** What every `slow_down` adds (RFC 8628, 3.5). */
const SLOW_DOWN_S = 5;
/** No vowels, so that no words appear, and no lookalike characters. */
const ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";

interface Device {
  readonly userCode: string;
  readonly pending: string;
  readonly authority: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
  intervalS: number;
  polledAt: number | null;
  /** `entered`: the account picker is shown. */
  state: "new" | "entered" | "granted" | "declined" | "redeemed";
  account: StandInAccount | null;
  signedInAt: number;
}

/** A person's consent to a sign-in on another device. */
export interface DeviceGrant {
  readonly account: StandInAccount;
  /** When the person signed in, in milliseconds since 1970. */
  readonly signedInAt: number;
  readonly authority: string;
  readonly scopes: readonly string[];
}

/** Pending device-code sign-ins: RFC 8628 with Entra's error codes. */
export class DeviceCodes {
  readonly #devices = new Map<string, Device>();
  readonly #clock: () => number;

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Starts one. @returns times in seconds */
  begin(authority: string, scopes: readonly string[]) {
    const deviceCode = randomBytes(32).toString("base64url");
    const userCode = Array.from({ length: 9 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
    this.#devices.set(deviceCode, {
      userCode,
      pending: randomBytes(32).toString("base64url"),
      authority,
      scopes,
      expiresAt: this.#clock() + EXPIRES_S * 1000,
      intervalS: INTERVAL_S,
      polledAt: null,
      state: "new",
      account: null,
      signedInAt: 0,
    });
    return { deviceCode, userCode, expiresIn: EXPIRES_S, interval: INTERVAL_S };
  }

  /**
   * Accepts a code as a person types it: in any case, with spaces or hyphens. It can be entered until it is answered.
   * @returns the id that the account picker submits, or null for an unknown code
   */
  enter(typed: string): { pending: string; authority: string } | null {
    const userCode = typed.toUpperCase().replace(/[\s-]/g, "");
    const device = [...this.#devices.values()].find((one) => one.userCode === userCode && this.#isOpen(one));
    if (!device) return null;
    device.state = "entered";
    return { pending: device.pending, authority: device.authority };
  }

  /** The authority whose accounts may answer, or undefined when no sign-in is waiting. */
  authorityOf(pending: string): string | undefined {
    return this.#waiting(pending)?.authority;
  }

  /** Answers one, with an account and when its person signed in or, to decline, null. */
  answer(pending: string, account: StandInAccount | null, signedInAt: number): void {
    const device = this.#waiting(pending);
    if (!device) return;
    device.account = account;
    device.signedInAt = signedInAt;
    device.state = account ? "granted" : "declined";
  }

  /**
   * Handles a poll of the token endpoint.
   * @throws TokenError until a person has agreed, and after the code was redeemed
   */
  redeem(deviceCode: string, authority: string): DeviceGrant {
    const device = this.#devices.get(deviceCode);
    if (device?.authority !== authority)
      throw new TokenError(400, "bad_verification_code", "AADSTS70018: The device code is not known.");
    const now = this.#clock();
    if (device.state === "redeemed")
      throw new TokenError(400, "invalid_grant", "AADSTS54005: The device code was already redeemed.");
    if (device.expiresAt <= now)
      throw new TokenError(400, "expired_token", "AADSTS70020: The device code has expired. Start again.");
    const tooOften =
      device.polledAt !== null && now - device.polledAt < Math.max(0, device.intervalS * 1000 - TOLERANCE_MS);
    device.polledAt = now;
    if (tooOften) {
      device.intervalS += SLOW_DOWN_S;
      throw new TokenError(400, "slow_down", `Ask every ${device.intervalS} seconds at most.`);
    }
    if (device.state === "declined")
      throw new TokenError(400, "authorization_declined", "AADSTS65004: The person declined to sign in.");
    if (device.state !== "granted" || !device.account)
      throw new TokenError(400, "authorization_pending", "AADSTS70016: Nobody has signed in yet. Ask again.");
    device.state = "redeemed";
    return { account: device.account, signedInAt: device.signedInAt, authority, scopes: device.scopes };
  }

  /** Drops codes that expired long ago; until then the error is "expired", not "unknown". */
  sweep(): void {
    const now = this.#clock();
    for (const [code, device] of this.#devices)
      if (device.expiresAt + EXPIRES_S * 1000 < now) this.#devices.delete(code);
  }

  #isOpen(device: Device): boolean {
    return (device.state === "new" || device.state === "entered") && device.expiresAt > this.#clock();
  }

  #waiting(pending: string): Device | undefined {
    return [...this.#devices.values()].find(
      (one) => one.pending === pending && one.state === "entered" && this.#isOpen(one),
    );
  }
}
