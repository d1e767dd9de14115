export { type Edge, edgesOf, type Flow, type User, usersOf } from "./edges.ts";
