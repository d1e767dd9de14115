// Bytes to text, strictly.

/** The text of UTF-8 bytes, or undefined when they are not UTF-8. A byte order mark is kept. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const text = (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes)).toString();
  // What is not UTF-8 is decoded to this character. Where it is really in the text, only the bytes can tell.
  if (!text.includes("\uFFFD")) return text;
  return process.getBuiltinModule("node:buffer").isUtf8(bytes) ? text : undefined;
}
