import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { Workshop } from "../docs/support/workshop.ts";

/** Shows a channel in each framework. What is shown is the text of an element that is called as the framework is. */
const MAIN = `
  import { CometClient } from "@encke/client";
  import { createElement, StrictMode } from "react";
  import { createRoot } from "react-dom/client";
  import { createApp, h } from "vue";
  import { useConnection } from "./connection.ts";
  import { useLatest as useLatestInReact } from "./react.ts";
  import { latest } from "./svelte.ts";
  import { useLatest as useLatestInVue } from "./vue.ts";

  const client = new CometClient("/comet");
  const hide = {};

  function InReact() {
    return createElement("p", null, useLatestInReact(client, "/a"), " ", useConnection(client));
  }

  const InVue = {
    setup() {
      const data = useLatestInVue(client, "/a");
      return () => h("p", data.value);
    },
  };

  const shows = {
    react(place) {
      const root = createRoot(place);
      root.render(createElement(StrictMode, null, createElement(InReact)));
      return () => root.unmount();
    },
    vue(place) {
      const app = createApp(InVue);
      app.mount(place);
      return () => app.unmount();
    },
    svelte(place) {
      return latest(client, "/a").subscribe((data) => {
        place.textContent = data;
      });
    },
  };

  globalThis.app = {
    show(framework) {
      const place = document.createElement("div");
      place.id = framework;
      document.body.append(place);
      hide[framework] = shows[framework](place);
    },
    hide: (framework) => hide[framework](),
  };
  await client.connect();
  document.title = "ready";
`;

/** One script of what the guide shows, of the frameworks and of a page that uses both. */
export async function bundle(workshop: Workshop): Promise<string> {
  const main = await workshop.write("main.ts", MAIN);
  const result = await build({
    configFile: false,
    logLevel: "silent",
    root: fileURLToPath(workshop.url),
    resolve: {
      alias: [{ find: /^@encke\/client$/, replacement: sourceOf("client/src/index.ts") }],
    },
    build: {
      write: false,
      minify: false,
      target: "es2022",
      rolldownOptions: { input: fileURLToPath(main) },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  const chunk = output !== undefined && "output" in output ? output.output[0] : undefined;
  if (chunk?.type !== "chunk") throw new Error("Nothing was built.");
  return chunk.code;
}

function sourceOf(path: string): string {
  return fileURLToPath(new URL(`../../packages/${path}`, import.meta.url));
}
