import { tracing } from "@encke/metrics/tracing";
import type { Attributes, Span, SpanOptions, Tracer } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { World } from "../support/world.ts";

interface Recorded {
  readonly name: string;
  readonly attributes: Attributes;
  status: number | undefined;
  isEnded: boolean;
}

/** Notes what a tracer is asked for. */
function recorder(): { readonly tracer: Tracer; readonly spans: readonly Recorded[] } {
  const spans: Recorded[] = [];
  const startSpan = (name: string, { attributes = {} }: SpanOptions = {}): Span => {
    const recorded: Recorded = { name, attributes, status: undefined, isEnded: false };
    spans.push(recorded);
    const span: Pick<Span, "setAttribute" | "setStatus" | "end"> = {
      setAttribute(key, value) {
        recorded.attributes[key] = value;
        return span as Span;
      },
      setStatus({ code }) {
        recorded.status = code;
        return span as Span;
      },
      end() {
        recorded.isEnded = true;
      },
    };
    return span as Span;
  };
  return { tracer: { startSpan } as Tracer, spans };
}

describe("tracing", () => {
  it("has a span for each message from its coming to its answer, named by pattern", async () => {
    const { tracer, spans } = recorder();
    const world = new World();
    world.comet.use(tracing({ tracer, channels: ["/chat/*"] }));
    const talker = await world.connected();
    await world.answer(talker.subscribe("/chat/a"));
    await world.answer(talker.publish("/chat/a", 1));
    await world.answer(talker.publish("/secret", 1));
    expect(spans.map(({ name, isEnded }) => [name, isEnded])).toEqual([
      ["handshake", true],
      ["subscribe /chat/*", true],
      ["publish /chat/*", true],
      ["publish other", true],
    ]);
    expect(spans[2]?.attributes).toEqual({
      "messaging.system": "bayeux",
      "messaging.operation.name": "publish",
      "messaging.destination.template": "/chat/*",
      "network.protocol.name": "long-polling",
    });
    expect(JSON.stringify(spans)).not.toContain("secret");
    expect(JSON.stringify(spans)).not.toContain(talker.clientId);
  });

  it("marks what was refused, by the number of the error", async () => {
    const { tracer, spans } = recorder();
    const world = new World({ policies: { publish: () => false } });
    world.comet.use(tracing({ tracer }));
    const talker = await world.connected();
    await world.answer(talker.publish("/a", 1));
    expect(spans.at(-1)).toMatchObject({ status: 2, attributes: { "error.type": "403" } });
  });

  it("has spans for connects where that is wanted", async () => {
    const { tracer, spans } = recorder();
    const world = new World();
    world.comet.use(tracing({ tracer, connects: true }));
    await world.connected();
    expect(spans.map(({ name }) => name)).toEqual(["handshake", "connect"]);
  });

  it.each(["startSpan", "setAttribute", "setStatus", "end"])(
    "leaves messages alone where the tracer fails at %s, and logs that once",
    async (method) => {
      const fail = (): never => {
        throw new Error("no exporter");
      };
      const { tracer, spans } = recorder();
      const failing = (span: Span): Span => ({ ...span, [method]: fail });
      const startSpan: Tracer["startSpan"] = (...about) =>
        method === "startSpan" ? fail() : failing(tracer.startSpan(...about));
      const world = new World({ policies: { publish: () => false } });
      world.comet.use(tracing({ tracer: { startSpan } as Tracer }));
      const talker = await world.connected();
      for (let time = 0; time < 2; time++) {
        expect(await world.reply(talker.publish("/a", 1))).toMatchObject({
          error: expect.stringMatching(/^403/),
        });
      }
      expect(world.ports.lines.filter(({ text }) => text.includes("tracer"))).toHaveLength(1);
      if (method.startsWith("set")) expect(spans.every(({ isEnded }) => isEnded)).toBe(true);
    },
  );

  it.each(["/chat/*", ["chat"], ["/chat/*/a"], [17]])("refuses channels like %j", (channels) => {
    const { tracer } = recorder();
    expect(() => tracing({ tracer, channels: channels as string[] })).toThrow(
      expect.objectContaining({ code: "options_invalid" }),
    );
  });
});
