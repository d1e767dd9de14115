// R5, R6: ten ways in which a file on disk is wrong, for any file of ours.
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";

/** What a file holds: how it reads with some of its facts replaced. */
export interface Written {
  readonly path: string;
  /** The text of the file for another service or environment, or from a contract that is gone. */
  text(of: { readonly service?: string; readonly environment?: string; readonly isOldContract?: boolean }): Promise<string>;
}

/** One way for a file to be wrong. */
export interface TenthFault {
  readonly name: string;
  spoil(written: Written): Promise<void>;
}

const replace = async ({ path }: Written, text: string | Uint8Array): Promise<void> => {
  await rm(path, { recursive: true, force: true });
  await writeFile(path, text, { mode: 0o600 });
};

/** The ten ways. */
export const tenFileFaults: readonly TenthFault[] = [
  { name: "missing", spoil: ({ path }) => rm(path) },
  { name: "empty", spoil: (written) => replace(written, "") },
  {
    name: "truncated",
    spoil: async (written) => {
      const text = await written.text({});
      await replace(written, text.slice(0, text.length / 2));
    },
  },
  {
    name: "a flipped bit",
    spoil: async (written) => {
      const bytes = Buffer.from(await written.text({}));
      // Within a number, so that the text still parses and the contract allows it.
      const at = bytes.findIndex((_, index) => /^perDevice\\?": ?[0-9]/.test(bytes.subarray(index, index + 16).toString()));
      const digit = bytes.findIndex((byte, index) => index > at && byte >= 0x30 && byte <= 0x39);
      bytes[digit] = (bytes[digit] ?? 0) ^ 1;
      await replace(written, bytes);
    },
  },
  { name: "wrong service", spoil: async (written) => replace(written, await written.text({ service: "event-router" })) },
  { name: "wrong environment", spoil: async (written) => replace(written, await written.text({ environment: "dev" })) },
  { name: "old contract", spoil: async (written) => replace(written, await written.text({ isOldContract: true })) },
  {
    // Nothing is unreadable to root: a folder in its place is.
    name: "unreadable",
    spoil: async ({ path }) => {
      await rm(path);
      await mkdir(path);
    },
  },
  {
    name: "a symlink loop",
    spoil: async ({ path }) => {
      await rm(path);
      await symlink(path, path);
    },
  },
  { name: "too large", spoil: async (written) => replace(written, `${await written.text({})}${" ".repeat(5_000_000)}`) },
];
