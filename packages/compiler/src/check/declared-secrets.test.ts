import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

interface Workspace {
  readonly settings: string;
  readonly base: string;
  readonly local?: string;
  readonly prod?: string;
  readonly manifest?: string;
}

const ENVIRONMENTS = "environments: { local: {}, dev: { namespace: d }, prod: { namespace: p } }\n";

function told({ settings, manifest = "", ...layers }: Workspace): readonly string[] {
  const secret = { type: "string", "x-secret": true };
  const files: { [path: string]: string } = {
    "schemas/veltrix.yaml": settings,
    "schemas/svc/config.schema.json": JSON.stringify({
      "x-veltrix": { version: "1.0.0" },
      type: "object",
      additionalProperties: false,
      properties: { a: secret, b: { type: "object", properties: { c: secret } } },
    }),
    "deploy/app.yaml": manifest,
  };
  for (const [name, text] of Object.entries(layers)) files[`schemas/svc/values/${name}.yaml`] = text;
  return compile(new MemoryHost(files)).diagnostics.map(
    ({ code, at, environments = [], suggestions, message }) =>
      `${code} ${at.file.split("/").at(-1)} ${code === "VX3030" ? "" : message}${suggestions.join()} (${environments.join()})`,
  );
}

describe("declared secrets", () => {
  it.each<[string, Workspace, readonly string[]]>([
    ["nothing is asked where none is declared", { settings: ENVIRONMENTS, base: "a: !secret any/thing\n" }, []],
    ["what is declared is taken", { settings: `${ENVIRONMENTS}secrets: { db: [user, password] }\n`, base: "a: !secret db/user\n" }, []],
    [
      "a misspelt key is told with the right one",
      { settings: `${ENVIRONMENTS}secrets: { db: [user, password] }\n`, base: "a: !secret db/passwrod\n" },
      ["VX3030 base.yaml db/password (dev,prod)"],
    ],
    [
      "a misspelt name is told with the right one, in one overlay alone",
      {
        settings: `${ENVIRONMENTS}secrets: { database: [user], databases: [url] }\n`,
        base: "b: { c: !secret database/user }\n",
        prod: "b: { c: !secret databse/user }\n",
      },
      ["VX3030 prod.yaml database/user (prod)"],
    ],
    [
      "an environment has Secrets of its own",
      {
        settings: "environments: { dev: { namespace: d }, prod: { namespace: p, secrets: { pay: [token] } } }\nsecrets: {}\n",
        base: "a: !secret pay/token\n",
      },
      ["VX3030 base.yaml  (dev)"],
    ],
    [
      "an environment without a namespace is asked for what it declares itself alone",
      {
        settings: `${ENVIRONMENTS.replace("local: {}", "local: { secrets: { desk: [x] } }")}secrets: { db: [user] }\n`,
        base: "a: !secret db/user\n",
        local: "a: !secret desk/y\n",
      },
      ["VX3030 local.yaml desk/x (local)"],
    ],
    [
      "Secrets of manifests count, in their namespace",
      {
        settings: `${ENVIRONMENTS}secrets: {}\nworkloads: ["deploy/*.yaml"]\n`,
        base: "a: !secret db/user\nb: { c: !secret ext/token }\n",
        manifest:
          "kind: Secret\nmetadata: { name: db }\nstringData: { user: x }\n---\nkind: ExternalSecret\nmetadata: { name: e, namespace: p }\nspec: { target: { name: ext }, data: [{ secretKey: token }] }\n",
      },
      ["VX3030 base.yaml  (dev)"],
    ],
    [
      "an ExternalSecret that takes what a store has may have any key, and a SealedSecret those that it encrypts",
      {
        settings: `${ENVIRONMENTS}secrets: {}\nworkloads: ["deploy/*.yaml"]\n`,
        base: "a: !secret all/anything\nb: { c: !secret seal/keyy }\n",
        manifest:
          "kind: ExternalSecret\nmetadata: { name: all }\nspec: { dataFrom: [{ extract: { key: k } }] }\n---\nkind: SealedSecret\nmetadata: { name: seal }\nspec: { encryptedData: { key: AgB } }\n",
      },
      ["VX3030 base.yaml seal/key (dev,prod)"],
    ],
    [
      "settings that are no lists of keys are refused",
      { settings: `${ENVIRONMENTS}secrets: { db: password }\n`, base: "" },
      ["VX1009 veltrix.yaml db is not a list of the keys of that Secret ()"],
    ],
  ])("%s", (_name, workspace, expected) => {
    expect(told(workspace)).toEqual(expected);
  });
});
