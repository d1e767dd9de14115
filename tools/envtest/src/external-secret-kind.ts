// The External Secrets Operator, as far as an API server knows it.
/** The kind of the External Secrets Operator, as far as a server must know it to store one. */
export const externalSecretKind: object = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "externalsecrets.external-secrets.io" },
  spec: {
    group: "external-secrets.io",
    names: { kind: "ExternalSecret", listKind: "ExternalSecretList", plural: "externalsecrets", singular: "externalsecret" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
