import { defineConfig, mergeConfig } from "vitest/config";
import config from "./vitest.config.ts";

const NEST_11 = new URL("./tests-nest11/node_modules/@nestjs/", import.meta.url).pathname;

/** The core of the tests of `@encke/adapter-nest`, on the older of the two versions of Nest that it is for. */
export default mergeConfig(
  { ...config, test: { ...config.test, include: [] } },
  defineConfig({
    resolve: {
      alias: [
        {
          find: /^@nestjs\/(common|core|platform-express|platform-fastify)(?=\/|$)/,
          replacement: `${NEST_11}$1`,
        },
      ],
    },
    test: {
      include: [
        "tests/nest/{discovery,enhancers,events,mounting,policies,services}.test.ts",
        "tests/nest/{request-scope,shutdown,streams}.test.ts",
        "tests-nest11/*.test.ts",
      ],
    },
  }),
);
