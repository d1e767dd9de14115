// yaml-language-server as an editor runs it: a process of its own, spoken to over stdin and stdout.
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createMessageConnection, type MessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node.js";
import { pathToFileURL } from "node:url";

/** A place in a text: both from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A problem that the editor underlines. */
export interface Underlined {
  readonly line: number;
  readonly message: string;
}

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly { readonly range: { readonly start: Position }; readonly message: string }[];
}

const program = createRequire(import.meta.url).resolve("yaml-language-server/bin/yaml-language-server");

/** A file with a problem that only the settings let the server see. */
export interface Probe {
  readonly file: string;
  readonly text: string;
}

/** One editor session on a folder. */
export class LanguageServer {
  readonly #process: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #waiting: Map<string, (published: Published) => void> = new Map();

  /** `settings`: those of `.vscode/settings.json`, by their dotted names. Ready once the server goes by them. */
  static async start(folder: string, settings: { readonly [name: string]: unknown }, probe: Probe): Promise<LanguageServer> {
    const server = new LanguageServer(settings);
    const workspaceFolders = [{ uri: pathToFileURL(folder).href, name: "workspace" }];
    await server.#connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(folder).href,
      workspaceFolders,
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: { hover: { contentFormat: ["plaintext"] }, completion: {}, publishDiagnostics: {} },
      },
    });
    await server.#connection.sendNotification("initialized", {});
    await server.#connection.sendNotification("workspace/didChangeConfiguration", { settings: sections(settings) });
    await server.#waitForSettings(probe);
    return server;
  }

  /** The server asks for its settings when it likes, and until then finds nothing wrong with any file. */
  async #waitForSettings({ file, text }: Probe): Promise<void> {
    const uri = pathToFileURL(file).href;
    const underlined = new Promise<void>((resolve) =>
      this.#waiting.set(uri, ({ diagnostics }) => {
        if (diagnostics.length > 0) resolve();
      }),
    );
    await this.#connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
    await underlined;
  }

  private constructor(settings: { readonly [name: string]: unknown }) {
    this.#process = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    const { stdin, stdout } = this.#process;
    if (stdin === null || stdout === null) throw new Error("the language server has no pipes");
    this.#connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    this.#connection.onRequest("workspace/configuration", ({ items }: { readonly items: readonly { readonly section: string }[] }) =>
      items.map(({ section }) => sections(settings)[section] ?? {}),
    );
    this.#connection.onRequest("client/registerCapability", () => null);
    this.#connection.onNotification("textDocument/publishDiagnostics", (published: Published) =>
      this.#waiting.get(published.uri)?.(published),
    );
    this.#connection.listen();
  }

  /** Opens a file with `text` and gives what is underlined. */
  async open(file: string, text: string): Promise<readonly Underlined[]> {
    const uri = pathToFileURL(file).href;
    const published = new Promise<Published>((resolve) => this.#waiting.set(uri, resolve));
    await this.#connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
    const { diagnostics } = await published;
    return diagnostics.map(({ range, message }) => ({ line: range.start.line + 1, message }));
  }

  /** Labels of what is offered there. */
  async complete(file: string, position: Position): Promise<readonly string[]> {
    const answer: { readonly items: readonly { readonly label: string }[] } = await this.#connection.sendRequest(
      "textDocument/completion",
      { textDocument: { uri: pathToFileURL(file).href }, position },
    );
    return answer.items.map(({ label }) => label);
  }

  /** What is shown over that place. */
  async hover(file: string, position: Position): Promise<string> {
    const answer: { readonly contents: { readonly value: string } } | null = await this.#connection.sendRequest("textDocument/hover", {
      textDocument: { uri: pathToFileURL(file).href },
      position,
    });
    return answer === null ? "" : answer.contents.value;
  }

  /** Ends the session and its process. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    await this.#connection.sendRequest("shutdown");
    await this.#connection.sendNotification("exit");
    await ended;
    this.#connection.dispose();
  }
}

/** `yaml.schemas` to `{ yaml: { schemas } }`. Nothing is asked of the network. */
function sections(settings: { readonly [name: string]: unknown }): { readonly [section: string]: unknown } {
  const yaml: { [name: string]: unknown } = {
    validate: true,
    hover: true,
    completion: true,
    format: { enable: false },
    schemaStore: { enable: false },
  };
  for (const [name, value] of Object.entries(settings)) if (name.startsWith("yaml.")) yaml[name.slice("yaml.".length)] = value;
  return { yaml, http: {}, "[yaml]": {}, editor: {}, files: {} };
}
