// What Node.js itself takes for two packages of the shape that a service imports, with nothing in them.
export { port } from "@veltrix/empty-generated/bench";
