// What tells one text of a secret from another without being one: HMAC under a key that nobody else has. The key is drawn by
// the process itself, so a digest tells change, and never identity between processes.
import { createHmac, randomBytes } from "node:crypto";
import type { Secrets } from "../view/secret.ts";

/** Digests under one key. A key that several processes share can be given in its place. */
export class SecretDigests {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array = randomBytes(32)) {
    this.#key = key;
  }

  /** The digest of each secret, by its pointer. One text has another digest at another key. */
  of(secrets: Secrets): ReadonlyMap<string, string> {
    return new Map([...secrets].map(([pointer, secret]) => [pointer, this.#digest(pointer, secret.reveal())]));
  }

  #digest(pointer: string, text: string): string {
    return createHmac("sha256", this.#key).update(`${pointer}\0${text}`).digest("hex");
  }
}
