import type { CometEvents, CometOptions, Message, Policies } from "@encke/core";
import { describe, expect, it } from "vitest";
import type { Said } from "../../support/talker.ts";
import { TRANSPORTS } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

const SECRET = "the secret of the inside";

class SecretFault extends Error {
  override readonly name = "SecretFault";
}

interface Fault {
  readonly what: string;
  readonly options?: Omit<CometOptions, "store">;
  readonly prepare?: (wire: Wire) => unknown;
  readonly message: Said;
  readonly error: string | RegExp;
}

const PUBLISH = { channel: "/room", data: 1 };
const SUBSCRIBE = { channel: "/meta/subscribe", subscription: "/room" };
const CONNECT = { channel: "/meta/connect", connectionType: "long-polling" };
const HANDSHAKE = {
  channel: "/meta/handshake",
  version: "1.0",
  supportedConnectionTypes: ["long-polling", "websocket"],
};

/** Whatever of the application can fail, and how. */
const FAULTS: readonly Fault[] = [
  ...faultsOf("that throws", fail),
  ...faultsOf("that rejects", async () => fail()),
  {
    what: "a service handler whose answer has no JSON",
    prepare: ({ comet }) => comet.handle("/service/x", () => ({ [SECRET]: 1n })),
    message: { channel: "/service/x", data: 1 },
    error: "500::server_error",
  },
];

describe.each(TRANSPORTS)("an error over $name", (transport) => {
  it.each(FAULTS)("S14 of $what shows nothing of the inside", async (fault) => {
    const logged: unknown[] = [];
    const wire = await Wire.open(transport, {
      ...fault.options,
      log: (level, _text, details) => level === "error" && logged.push(details),
    });
    const page = await (isForHandshakes(fault) ? wire.page() : wire.client());
    fault.prepare?.(wire);
    const reply = await page.ask(fault.message);
    expect(reply).toMatchObject({ successful: false, error: fault.error });
    expect(JSON.stringify(page.answers)).not.toMatch(/secret|fault|stack| at |\.ts/i);
    expect(page.refusals).toEqual([]);
    expect(logged.length).toBeGreaterThan(0);
    if (isForHandshakes(fault)) return;
    const unsubscribe = { channel: "/meta/unsubscribe", subscription: "/room" };
    expect((await page.ask(unsubscribe)).successful).toBe(true);
  });

  it("S14 of a listener that is only told a fact harms nobody", async () => {
    const wire = await Wire.open(transport);
    const facts = [
      "handshaken",
      "subscribed",
      "published",
      "delivered",
      "unsubscribed",
      "disconnected",
    ] as const;
    for (const fact of facts) wire.comet.on(fact, fail);
    const page = await wire.subscriber("/room");
    await page.publish("/room", 1);
    expect(await page.receive(1)).toEqual([1]);
    expect((await page.ask({ channel: "/meta/disconnect" })).successful).toBe(true);
  });

  it("S14 of an extension that replies pass ends nothing", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.subscriber("/room");
    const remove = wire.comet.use({ name: "failing", outgoing: fail });
    const reply = await page.publish("/room", 1);
    expect(JSON.stringify(reply)).not.toMatch(/secret/);
    remove();
    expect((await page.publish("/room", 2)).successful).toBe(true);
    expect((await page.receive(1)).at(-1)).toBe(2);
  });
});

function faultsOf(how: string, failing: () => never | Promise<never>): readonly Fault[] {
  return [
    policyFault("handshake", HANDSHAKE, "403::handshake_denied"),
    policyFault("create", PUBLISH, "403:/room:create_denied"),
    policyFault("publish", PUBLISH, "403:/room:publish_denied"),
    policyFault("subscribe", SUBSCRIBE, "403:/room:subscribe_denied"),
    listenerFault("handshaking", HANDSHAKE, "403::handshake_denied"),
    listenerFault("connecting", CONNECT, "403::connect_denied"),
    listenerFault("subscribing", SUBSCRIBE, "403:/room:subscribe_denied"),
    listenerFault("publishing", PUBLISH, "403:/room:publish_denied"),
    listenerFault("disconnecting", { channel: "/meta/disconnect" }, "403::disconnect_denied"),
    {
      what: `a service handler ${how}`,
      prepare: ({ comet }) => comet.handle("/service/x", failing),
      message: { channel: "/service/x", data: 1 },
      error: "500::server_error",
    },
    {
      what: `an extension ${how}`,
      prepare: ({ comet }) => comet.use({ name: SECRET, incoming: failingOn("/room") }),
      message: PUBLISH,
      error: "500::server_error",
    },
    {
      what: `a handler in the place of ours ${how}`,
      options: { handlers: { publish: { handleMessage: failing } } },
      message: PUBLISH,
      error: "500::server_error",
    },
  ];

  function policyFault(policy: keyof Policies, message: Said, error: string): Fault {
    const options = { policies: { [policy]: failing } };
    return { what: `the policy "${policy}" ${how}`, options, message, error };
  }

  function listenerFault(name: keyof CometEvents, message: Said, error: string): Fault {
    return {
      what: `a listener of "${name}" ${how}`,
      prepare: ({ comet }) => comet.on(name, failing),
      message,
      error,
    };
  }

  function failingOn(channel: string) {
    return (message: Message): unknown => (message.channel === channel ? failing() : undefined);
  }
}

function isForHandshakes({ message }: Fault): boolean {
  return message.channel === "/meta/handshake";
}

function fail(): never {
  throw new SecretFault(SECRET);
}
