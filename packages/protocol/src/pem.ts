// PEM (RFC 7468), strictly: every block is whole. A text that was cut somewhere is none.

/** One block: its label, and what it holds. */
export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** The blocks of a text; or where it is no PEM, in words that hold nothing of it. */
export type ParsedPem =
  | { readonly kind: "pem"; readonly blocks: readonly PemBlock[] }
  | { readonly kind: "malformed"; readonly reason: string };

/** True for a text that begins or ends as PEM does, whole or not. One that only quotes some, as JSON can, does not. */
export function looksLikePem(text: string): boolean {
  return /^\s*-----/.test(text) || /-----END [A-Z0-9 ]+-{0,5}\s*$/.test(text);
}

/** Parses all blocks of `text`. Lines of explanation may stand between them, and none that looks like the inside of one. */
export function parsePem(text: string): ParsedPem {
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, boundary, label = ""] = /^-----(BEGIN|END) ([A-Z0-9][A-Z0-9 ]*)-----[ \t]*$/.exec(line) ?? [];
    if (boundary === "BEGIN") {
      if (open !== undefined) return malformed("a block begins inside another one");
      open = { label, lines: [] };
    } else if (boundary === "END") {
      if (open === undefined) return malformed("a block ends that does not begin");
      const bytes = open.label === label ? decodeBody(label, open.lines) : undefined;
      if (bytes === undefined) return malformed("a block is not whole");
      blocks.push({ label, bytes });
      open = undefined;
    } else if (line.includes("-----")) return malformed("a line that begins or ends a block is not alone, or not whole");
    else if (open !== undefined) open.lines.push(line);
    else if (/^[A-Za-z0-9+/]{32,}={0,2}$/.test(line)) return malformed("a block does not begin");
  }
  if (open !== undefined) return malformed("a block does not end");
  return blocks.length === 0 ? malformed("it holds no block") : { kind: "pem", blocks };
}

function malformed(reason: string): ParsedPem {
  return { kind: "malformed", reason };
}

/** The bytes of a block; undefined where there are too few or too many. Headers of an encrypted key stand before them. */
function decodeBody(label: string, lines: readonly string[]): Uint8Array | undefined {
  const hasHeaders = lines.some((line) => line.includes(":"));
  const body = (hasHeaders ? lines.slice(lines.indexOf("") + 1) : lines).map((line) => line.trim()).join("");
  const base64 = /^[A-Za-z0-9+/]+={0,2}/.exec(body)?.[0] ?? "";
  const bytes = Buffer.from(base64, "base64");
  if (base64 === "" || base64.length % 4 !== 0 || bytes.toString("base64") !== base64) return undefined;
  // An armour of PGP ends with a sum of its own.
  if (label.startsWith("PGP ")) return bytes;
  if (base64 !== body) return undefined;
  if (hasHeaders) return bytes;
  return label === "OPENSSH PRIVATE KEY" ? wholeOpenSsh(bytes) : wholeDer(bytes);
}

/** DER says how long it is (X.690, 8.1.3). */
function wholeDer(bytes: Buffer): Uint8Array | undefined {
  const first = bytes[1] ?? 0;
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || more > 4 || bytes.length < 2 + more) return undefined;
  const length = more === 0 ? first : bytes.readUIntBE(2, more);
  return bytes.length === 2 + more + length ? bytes : undefined;
}

/** An OpenSSH key begins with its name, and ends with a part whose length stands before it. */
function wholeOpenSsh(bytes: Buffer): Uint8Array | undefined {
  const magic = "openssh-key-v1\0";
  if (bytes.toString("latin1", 0, magic.length) !== magic) return undefined;
  let at = magic.length;
  // Cipher, function, its options; how many keys; each public one; what is private.
  const skip = (): boolean => {
    if (at + 4 > bytes.length) return false;
    at += 4 + bytes.readUInt32BE(at);
    return at <= bytes.length;
  };
  for (let part = 0; part < 3; part++) if (!skip()) return undefined;
  if (at + 4 > bytes.length) return undefined;
  const keys = bytes.readUInt32BE(at);
  at += 4;
  for (let part = 0; part <= keys; part++) if (!skip()) return undefined;
  return at === bytes.length ? bytes : undefined;
}
