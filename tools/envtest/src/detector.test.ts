// Everything that the detector and prune do on one real API server, one suite after the other.
// oxlint-disable import/no-unassigned-import -- a suite is all that these modules are
import { afterAll } from "vitest";
import { stopSharedTestCluster } from "./cluster.ts";
import "./suites/patience.ts";
import "./suites/drift.ts";
import "./suites/rights.ts";
import "./suites/prune.ts";
import "./suites/readme.ts";
import "./suites/failures.ts";
// Restarts the server.
import "./suites/watch.ts";

afterAll(stopSharedTestCluster);
