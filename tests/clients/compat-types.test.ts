import {
  type Advice,
  type Callback,
  CometD,
  type Configuration,
  Extension,
  type ListenerHandle,
  LongPollingTransport,
  type Message,
  type Status,
  type SubscriptionHandle,
} from "@encke/client/compat";
import { expect, it } from "vitest";

it("has the types of cometd.js, by their names", () => {
  const configuration: Configuration = { url: "http://localhost/comet", logLevel: "warn" };
  const cometd = new CometD("typed");
  cometd.configure(configuration);
  const told: string[] = [];
  const callback: Callback = (message: Message) => told.push(message.data.text.trim());
  const handle: ListenerHandle = cometd.addListener("/a", callback);
  const subscribe = (): SubscriptionHandle => cometd.subscribe("/a", callback, { ext: {} });
  const plain: Extension = { outgoing: (message) => message };
  class Marking extends Extension {
    override outgoing(message: Message): Message {
      return { ...message, ext: { ...message.ext, marked: this.cometd !== undefined } };
    }
  }
  const marking = new Marking();
  cometd.registerExtension("plain", plain);
  cometd.registerExtension("marking", marking);
  const status: Status = cometd.getStatus();
  const advice: Advice = cometd.getAdvice();
  expect([status, advice, cometd.getTransport()?.type]).toEqual(["disconnected", {}, undefined]);
  expect(marking.outgoing({ channel: "/a" }).ext).toEqual({ marked: true });
  expect(cometd.findTransport("long-polling")).toBeInstanceOf(LongPollingTransport);
  expect(subscribe).toThrow("Illegal state: disconnected");
  cometd.removeListener(handle);
});
