import { testPage } from "./shown-code.ts";

await testPage("docs/write-an-adapter.md", [
  "tests/adapter-kit/fetch-adapter.ts",
  "tests/adapter-kit/fetch-adapter.test.ts",
]);
