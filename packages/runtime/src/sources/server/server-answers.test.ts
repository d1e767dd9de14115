import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { releaseOf } from "../../testing/config-service.ts";
import { values } from "../../testing/gateway.ts";
import { loadGateway, problemsOf, temporaryFolder } from "../../testing/mount.ts";
import { startService, prepare, follow } from "../../testing/server-source.ts";

describe("an answer that is refused", () => {
  const answers: readonly {
    readonly name: string;
    readonly status: number;
    readonly body?: string;
    readonly headers?: { [name: string]: string };
    readonly code: string;
    readonly says: RegExp;
  }[] = [
    { name: "a redirect", status: 302, headers: { location: "http://127.0.0.1:1/" }, code: "VX5017", says: /redirects are not followed/ },
    { name: "401", status: 401, code: "VX5017", says: /401/ },
    { name: "403", status: 403, code: "VX5017", says: /403/ },
    { name: "404", status: 404, code: "VX5017", says: /404/ },
    { name: "304 without a question", status: 304, code: "VX5017", says: /304/ },
    {
      name: "more than 1 MiB, announced",
      status: 200,
      headers: { "content-length": "1048577" },
      code: "VX5017",
      says: /larger than 1 MiB/,
    },
    {
      name: "more than 1 MiB, sent",
      status: 200,
      body: " ".repeat(1_100_000),
      headers: { "transfer-encoding": "chunked" },
      code: "VX5017",
      says: /larger than 1 MiB/,
    },
    {
      name: "another format",
      status: 200,
      body: JSON.stringify({ ...releaseOf(values, { epoch: 1, revision: 1 }), format: 2 }),
      code: "VX5003",
      says: /format is 2/,
    },
    {
      name: "no revision",
      status: 200,
      body: JSON.stringify({ ...releaseOf(values, { epoch: 1, revision: 1 }), revision: 0 }),
      code: "VX5003",
      says: /revision/,
    },
    {
      name: "another environment",
      status: 200,
      body: JSON.stringify(releaseOf(values, { epoch: 1, revision: 1 }, { environment: "dev" })),
      code: "VX5004",
      says: /environment dev/,
    },
    {
      name: "another ETag",
      status: 200,
      body: JSON.stringify(releaseOf(values, { epoch: 1, revision: 1 })),
      headers: { etag: '"v1:sha256:00"' },
      code: "VX5017",
      says: /ETag/,
    },
  ];

  it.each(answers)("R5: reports $code for $name", async ({ status, body, headers, code, says }) => {
    const service = await startService();
    service.answering = (_request, response) => {
      response.on("error", () => {});
      response.writeHead(status, headers);
      if (headers?.["content-length"] === undefined) response.end(body);
      else response.write(" ");
      return true;
    };
    const { variables } = await prepare(service.url);
    const problems = await problemsOf(loadGateway(variables));
    expect(problems).toMatchObject([{ code, message: expect.stringMatching(says) }]);
  });

  const urls = ["ftp://config.example", "http://user:pw@config.example", "https://config.example/?x=1", "nonsense"];
  it.each(urls)("R1: reports VX5001 for VELTRIX_SERVER=%s", async (url) => {
    const { variables } = await prepare(url);
    const problems = await problemsOf(loadGateway(variables));
    expect(problems).toMatchObject([{ code: "VX5001" }]);
    expect(JSON.stringify(problems)).not.toContain("pw");
  });
});

describe("the token", () => {
  it("is read before every request, and is in nothing that is said", async () => {
    const service = await startService();
    const tokenFile = join(await temporaryFolder(), "token");
    await writeFile(tokenFile, "canary-token-1\n");
    const where = await prepare(service.url, { VELTRIX_TOKEN_FILE: tokenFile });
    const { instance, follower, begin } = await follow(where);
    await begin();
    await writeFile(tokenFile, "canary-token-2\n");
    await follower.look();
    const sent = service.requests.filter(({ path }) => path.endsWith("/release")).map(({ headers }) => headers.authorization);
    expect(sent).toEqual(["Bearer canary-token-1", "Bearer canary-token-2"]);
    expect(JSON.stringify(instance.status())).not.toContain("canary");
  });

  it.each(["", "two\nlines", "ü"])("reports VX5002 for the unusable token %j", async (token) => {
    const service = await startService();
    const tokenFile = join(await temporaryFolder(), "token");
    await writeFile(tokenFile, token);
    const { variables } = await prepare(service.url, { VELTRIX_TOKEN_FILE: tokenFile });
    expect(await problemsOf(loadGateway(variables))).toMatchObject([{ code: "VX5002", source: tokenFile }]);
    expect(service.requests).toEqual([]);
  });

  it("reports VX5001 rather than send it over http to another machine", async () => {
    const { variables } = await prepare("http://config.example", { VELTRIX_TOKEN_FILE: "/nowhere/token" });
    expect(await problemsOf(loadGateway(variables))).toMatchObject([{ code: "VX5001", message: expect.stringContaining("https only") }]);
  });
});
