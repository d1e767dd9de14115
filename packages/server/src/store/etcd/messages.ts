// etcd's messages as the stubs give them, and how the store names things in etcd.
import { Buffer } from "node:buffer";

export interface Header {
  readonly revision: number;
}

export interface KeyValue {
  readonly key: Buffer;
  readonly modRevision: number;
  readonly value: Buffer;
}

export interface RangeRequest {
  readonly key: Buffer;
  readonly rangeEnd?: Buffer;
  readonly limit?: number;
  readonly revision?: number;
  readonly keysOnly?: boolean;
}

export interface RangeResponse {
  readonly header: Header;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
}

export type RequestOp =
  | { readonly requestRange: RangeRequest }
  | { readonly requestPut: { readonly key: Buffer; readonly value: Buffer } }
  | { readonly requestDeleteRange: { readonly key: Buffer; readonly rangeEnd?: Buffer } };

/** That a key was last changed by this revision of etcd; 0: that it is not there. */
export interface Compare {
  readonly result: "EQUAL";
  readonly target: "MOD";
  readonly key: Buffer;
  readonly modRevision: number;
}

export interface TxnRequest {
  readonly compare?: readonly Compare[];
  readonly success: readonly RequestOp[];
}

export interface TxnResponse {
  readonly header: Header;
  readonly succeeded: boolean;
  readonly responses: readonly { readonly responseRange?: RangeResponse }[];
}

export interface WatchEvent {
  readonly type: "PUT" | "DELETE";
  readonly kv: KeyValue;
}

export interface WatchResponse {
  readonly header: Header;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compactRevision: number;
  readonly cancelReason: string;
  readonly events: readonly WatchEvent[];
}

export interface StatusResponse {
  readonly version: string;
  readonly errors: readonly string[];
}

/** `key` was last changed by revision `modRevision` of etcd (0: is not there). */
export function unchanged(key: Buffer, modRevision: number): Compare {
  return { result: "EQUAL", target: "MOD", key, modRevision };
}

/** Where the parts of a store are under its root, which ends in a slash. */
export class Names {
  readonly root: string;
  readonly head: Buffer;
  /** Present while a copy into this root is unfinished. */
  readonly unfinished: Buffer;

  constructor(root: string) {
    this.root = root;
    this.head = Buffer.from(`${root}head`);
    this.unfinished = Buffer.from(`${root}unfinished`);
  }

  record(key: string): Buffer {
    return Buffer.from(`${this.root}records/${key}`);
  }

  /** Padded, so that etcd sorts entries by revision. */
  entry(revision: number): Buffer {
    return Buffer.from(`${this.root}log/${String(revision).padStart(16, "0")}`);
  }

  body(hash: string): Buffer {
    return Buffer.from(`${this.root}bodies/${hash}`);
  }

  /** What stands behind `root` and `part` in a key of etcd; undefined where the key is of another part. */
  within(part: "records/" | "log/" | "bodies/", key: Buffer): string | undefined {
    const text = key.toString();
    return text.startsWith(this.root + part) ? text.slice(this.root.length + part.length) : undefined;
  }

  /** All keys under the root, or under a part of it. */
  range(part = ""): { readonly key: Buffer; readonly rangeEnd: Buffer } {
    const text = this.root + part;
    // The last character is a slash; "0" comes next.
    return { key: Buffer.from(text), rangeEnd: Buffer.from(`${text.slice(0, -1)}0`) };
  }
}
