import { describe, expect, it } from "vitest";
import type { BrowserIdentity, Connection, RequestContext } from "../exchange/responder.ts";
import { isFromItsBrowser } from "./browser-binding.ts";
import { LocalClient } from "./client.ts";

const OWN = "identity-of-the-owner";

describe("the binding of a client to its browser", () => {
  it("refuses another identity, in every mode that binds", () => {
    const other = from({ presented: "another-identity-here", offered: "another-identity-here" });
    expect(isFromItsBrowser(clientOf({}), other, "auto")).toBe(false);
    expect(isFromItsBrowser(clientOf({}), other, "strict")).toBe(false);
    expect(isFromItsBrowser(clientOf({}), other, "off")).toBe(true);
  });

  it("begins, in auto mode, when the browser presents its identity for the first time", () => {
    const client = clientOf({});
    const without = from({ offered: "fresh" });
    expect(isFromItsBrowser(client, without, "auto")).toBe(true);
    expect(isFromItsBrowser(client, from({ presented: OWN, offered: OWN }), "auto")).toBe(true);
    expect(isFromItsBrowser(client, without, "auto")).toBe(false);
  });

  it("asks for the identity from the beginning in strict mode", () => {
    expect(isFromItsBrowser(clientOf({}), from({ offered: "fresh" }), "strict")).toBe(false);
    expect(isFromItsBrowser(clientOf({}), {} as RequestContext, "strict")).toBe(false);
  });

  it("knows a connection on which the identity was given out, and does not ask for more after it", () => {
    const itsSocket = from({ offered: OWN });
    expect(isFromItsBrowser(clientOf({ isBound: true }), itsSocket, "auto")).toBe(true);
    const client = clientOf({});
    expect(isFromItsBrowser(client, itsSocket, "strict")).toBe(true);
    expect(client.isBound).toBe(false);
  });

  it("remembers of a connection that it was proven, and of no other", () => {
    const client = clientOf({ isBound: true });
    const connection = {} as Connection;
    const proven = { ...from({ presented: OWN, offered: OWN }), connection };
    expect(isFromItsBrowser(client, proven, "auto")).toBe(true);
    expect(isFromItsBrowser(client, { ...from({ offered: "x" }), connection }, "auto")).toBe(true);
    const other = { ...from({ offered: "x" }), connection: {} as Connection };
    expect(isFromItsBrowser(client, other, "auto")).toBe(false);
  });

  it("remembers an identity that was compared where connections do not last, and no other", () => {
    const client = clientOf({});
    let asked = 0;
    const identity: BrowserIdentity = {
      get presented() {
        asked++;
        return OWN;
      },
      offered: OWN,
    };
    for (let request = 0; request < 3; request++) {
      expect(isFromItsBrowser(client, from(identity), "auto")).toBe(true);
    }
    expect(asked).toBe(1);
    const stranger = from({ presented: "another-identity-here", offered: "another" });
    expect(isFromItsBrowser(client, stranger, "auto")).toBe(false);
    expect(isFromItsBrowser(client, stranger, "auto")).toBe(false);
  });

  it("remembers no identity that was only offered", () => {
    const client = clientOf({});
    let offered = OWN;
    const identity: BrowserIdentity = {
      get offered() {
        return offered;
      },
    };
    expect(isFromItsBrowser(client, from(identity), "strict")).toBe(true);
    offered = "another";
    expect(isFromItsBrowser(client, from(identity), "strict")).toBe(false);
  });

  it("does not remember a connection that was let in without an identity", () => {
    const client = clientOf({});
    const nameless = { ...from({ offered: "x" }), connection: {} as Connection };
    expect(isFromItsBrowser(client, nameless, "auto")).toBe(true);
    expect(isFromItsBrowser(client, from({ presented: OWN, offered: OWN }), "auto")).toBe(true);
    expect(isFromItsBrowser(client, nameless, "auto")).toBe(false);
  });
});

function clientOf({ isBound }: { readonly isBound?: boolean }): LocalClient {
  const data = JSON.stringify({ publicId: "p", data: {}, browser: OWN, isBound });
  const record = { id: "c", data, generation: 1, cursor: [0], subscriptions: new Map() };
  return new LocalClient(record, {
    onTimer: () => undefined,
    onAcknowledged: () => undefined,
  });
}

function from(browser: BrowserIdentity): RequestContext {
  return {
    transport: "websocket",
    url: "/comet",
    isSecure: false,
    header: () => undefined,
    browser,
  };
}
