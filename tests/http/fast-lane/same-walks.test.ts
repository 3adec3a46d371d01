import { serveAllWith } from "../support/serve.ts";

// All that is promised of servers without the fast lane holds with it.
serveAllWith({ fastLane: true });

await import("../abort.test.ts");
await import("../body.test.ts");
await import("../browsers.test.ts");
await import("../callback-polling.test.ts");
await import("../context.test.ts");
await import("../envelope.test.ts");
await import("../fuzz.test.ts");
await import("../origins.test.ts");
await import("../server.test.ts");
await import("../walk.test.ts");
