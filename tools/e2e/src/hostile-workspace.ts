// A workspace in which every name and text is one that some YAML parser, template engine or shell takes for something else.

/** Texts that must come out of every rendering as they went in. */
export const hostileTexts: readonly string[] = [
  "NO",
  "true",
  "null",
  "~",
  "1e3",
  "0x1F",
  "017",
  "1:20",
  "2024-01-01",
  "9007199254740993",
  "=",
  "<<",
  " lead",
  "trail ",
  "\ttab\t",
  "line\nbreak",
  "final\n",
  "finals\n\n\n",
  "blank \n",
  "\r\n",
  "no-break\u00a0",
  "ideographic\u3000\n",
  "😀",
  "<a href='x'>&amp;</a>",
  "{{ .Values.x }}",
  '{{ fail "executed" }}',
  '{{- include "veltrix.hostile.env" . -}}',
  "}}{{",
  "\n  labels:\n    a: b\n",
  "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: injected }\n",
  "--- # a",
  "...",
  "$(HOME) ${HOME} `id`",
  '"quoted" and \\back\\slashed',
  "# comment",
  "%TAG ! tag:",
  "&a *a !a |",
];

/** And texts that only config.json carries, where they are escaped: Kustomize would break them in a variable. */
export const unportableTexts: readonly string[] = [
  "next\u0085line",
  "separators\u2028\n\u2029",
  "del\u007f",
  "c1\u0080\u009f",
  "\ufffe\uffff",
];

const names = ["NO", "Y", "on", "null", "Inf", "_0", "N"];

function contractOf(delivery: "mutable" | "immutable", workload: string): object {
  const text = { type: "string", contentMediaType: "text/plain" };
  const variables = hostileTexts.map((_text, index) => [`text${index}`, { ...text, "x-env": names[index] ?? `V${index}` }]);
  return {
    "x-veltrix": { version: "1.2.3-rc.1", workload: { kind: "Deployment", name: workload }, delivery },
    type: "object",
    additionalProperties: false,
    required: ["texts", "password"],
    properties: {
      texts: { type: "array", items: text },
      ...Object.fromEntries(variables),
      ratio: { type: "number", "x-env": "RATIO" },
      password: { type: "string", "x-secret": true, "x-env": "off" },
      token: { type: "string", "x-secret": true, "x-env": "True" },
    },
  };
}

const values = {
  texts: [...hostileTexts, ...unportableTexts],
  ...Object.fromEntries(hostileTexts.map((text, index) => [`text${index}`, text])),
  ratio: 1e21,
};

/** YAML of values: JSON is YAML 1.2, once what YAML cannot hold is escaped. */
function yamlOf(value: object, tags: string): string {
  const json = JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${json.slice(0, -1)}, ${tags}}\n`;
}

const secrets = '"password": !secret "y/null", "token": !secret "api.tokens/..k"';

/** Files of the workspace. */
export function hostileWorkspace(): { readonly [path: string]: string } {
  const services = ["hostile", "no", "null", "frozen"];
  const files = services.flatMap((id) => [
    [`schemas/${id}/config.schema.json`, JSON.stringify(contractOf(id === "frozen" ? "immutable" : "mutable", `${id}-workload`))],
    [`schemas/${id}/values/base.yaml`, yamlOf(values, secrets.replace("..k", ".k"))],
    [`schemas/${id}/values/y.yaml`, "ratio: 0.1\ntoken: !secret y/other\n"],
  ]);
  return Object.fromEntries([
    [
      "schemas/veltrix.yaml",
      `environments:
  local: {}
  y: { namespace: "no" }
  "0x10": { namespace: "1e3" }
  prod: { namespace: iot, production: true }
outputs:
  externalSecrets: { store: { name: "on", kind: ClusterSecretStore }, refreshInterval: 1h, remoteKey: "{{environment}}/{secret}" }
`.replace("{{environment}}", "{environment}"),
    ],
    ...files,
  ]) as { [path: string]: string };
}
