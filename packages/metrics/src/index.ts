export { type MetricsOptions, metrics } from "./metrics.ts";
