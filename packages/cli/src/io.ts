// All that a command may touch of its process: tests hand in their own.

/** The process around a command. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** All of it, to its end. Left out: there is none. */
  readonly stdin?: () => Promise<Uint8Array>;
  /** Absolute. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** True when stderr is read by a person at a terminal. */
  readonly isTerminal: boolean;
  /** `20.19.0`. Left out: it is not known. */
  readonly nodeVersion?: string;
  /** Ends a command that runs until it is stopped. Left out: only signals of the process do. */
  readonly stop?: AbortSignal;
}

/** The real process. The only place that reads it. */
export function processIo(): Io {
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    stdin: readStdin,
    cwd: process.cwd(),
    env: process.env,
    isTerminal: process.stderr.isTTY === true,
    nodeVersion: process.versions.node,
  };
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  // Without an encoding stdin gives bytes.
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
