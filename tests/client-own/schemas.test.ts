import { CometClient } from "@encke/client";
import { expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { serverWith } from "../extensions/support/real-client.ts";
import { WORLD } from "./support.ts";

it("takes what is on channels from the schemas of a library", async () => {
  const server = await serverWith([], { timeout: 500 });
  const schemas = {
    "/chat/{room}": z.object({ text: z.string(), at: z.number().optional() }),
    "/prices/**": z.number(),
  };
  const client = new CometClient(server.url, { schemas, world: WORLD });
  const chat = client.subscribe("/chat/*");
  await client.connect();
  await chat.ready;
  await client.publish("/chat/tea", { text: "hello" });
  for await (const { data } of chat) {
    expectTypeOf(data).toEqualTypeOf<{ text: string; at?: number | undefined }>();
    expect(data.text).toBe("hello");
    break;
  }
  await client.disconnect();
});
