// The exchange with the config service for one service in one environment: addresses, token, deadlines.
// What comes back is not looked into here.
import { readFile } from "node:fs/promises";
import { formatReleaseId, type InstanceReport, type ReleaseId } from "@veltrix/protocol";
import { type Answer, exchange, type Handlers, send } from "./request.ts";
import type { ClientRequest } from "node:http";

/** Where the config service is, and who asks. */
export interface ClientOptions {
  readonly server: URL;
  readonly service: string;
  readonly environment: string;
  /** Read before every request: a token may be renewed in its file. */
  readonly tokenFile?: string;
}

/** No token could be read. The message holds no part of it. */
export class TokenError extends Error {
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`the token cannot be used: ${reason}`);
    this.path = path;
  }
}

/** Deadline and abort of one request. */
export interface Limits {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** Asks the config service. */
export class ConfigServiceClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** The address of what every path is below of. */
  get label(): string {
    return this.#url("release").href;
  }

  /**
   * `GET .../release`. With `root`, a 304 says that the current release still has that fingerprint.
   *
   * @throws TokenError
   */
  async release(root: string | undefined, limits: Limits): Promise<Answer> {
    const condition = root === undefined ? {} : { "if-none-match": `"${root}"` };
    const headers = { accept: "application/json", ...condition, ...(await this.#authorization()) };
    return exchange({ method: "GET", url: this.#url("release"), headers, ...limits });
  }

  /**
   * `GET .../watch`, from the release that is known on.
   *
   * @throws TokenError
   */
  async watch(known: ReleaseId | undefined, handlers: Handlers): Promise<ClientRequest> {
    const resume = known === undefined ? {} : { "last-event-id": formatReleaseId(known) };
    const headers = { accept: "text/event-stream", "cache-control": "no-cache", ...resume, ...(await this.#authorization()) };
    return send({ method: "GET", url: this.#url("watch"), headers }, handlers);
  }

  /**
   * `POST .../instances/{instance}`.
   *
   * @throws TokenError
   */
  async report(instance: string, report: InstanceReport, limits: Limits): Promise<Answer> {
    const url = this.#url(`instances/${encodeURIComponent(instance)}`);
    return exchange({ method: "POST", url, headers: await this.#authorization(), body: JSON.stringify(report), ...limits });
  }

  #url(rest: string): URL {
    const { server, service, environment } = this.#options;
    const base = server.href.endsWith("/") ? server.href : `${server.href}/`;
    return new URL(`${base}v1/services/${encodeURIComponent(service)}/environments/${encodeURIComponent(environment)}/${rest}`);
  }

  async #authorization(): Promise<{ readonly authorization?: string }> {
    const { tokenFile } = this.#options;
    if (tokenFile === undefined) return {};
    const text = await readFile(tokenFile, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new TokenError(tokenFile, `reading the file failed with ${error.code ?? "an error"}`);
    });
    const token = text.replace(/\r?\n$/, "");
    if (!/^[\x21-\x7e]{1,4096}$/.test(token))
      throw new TokenError(tokenFile, "the file does not hold one line of visible ASCII characters");
    return { authorization: `Bearer ${token}` };
  }
}
