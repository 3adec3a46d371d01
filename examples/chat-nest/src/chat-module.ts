import { CometModule, type CometModuleOptions } from "@encke/adapter-nest";
import { Comet } from "@encke/core";
import { People } from "@encke/example-chat";
import { ack } from "@encke/extensions";
import { attachSocketIo } from "@encke/gateway-socket-io";
import { MemoryStore } from "@encke/store-memory";
import { type DynamicModule, Inject, Module } from "@nestjs/common";
import { Door } from "./door.ts";
import { Presence } from "./presence.ts";
import { Speaker } from "./speaker.ts";
import { Talk } from "./talk.ts";

/** Milliseconds a connect is held: how often a quiet page hears from the server. */
const HEARTBEAT = 15_000;

@Module({
  providers: [
    Door,
    { provide: People, useFactory: (comet: Comet) => People.of(comet), inject: [Comet] },
    Presence,
    Speaker,
    Talk,
  ],
})
export class ChatModule {
  constructor(@Inject(Comet) comet: Comet) {
    comet.use(ack());
  }

  static with(options: Partial<CometModuleOptions>): DynamicModule {
    const chat: CometModuleOptions = {
      store: new MemoryStore(),
      timeout: HEARTBEAT,
      attach: [(server, comet) => attachSocketIo(server, comet, { namespaces: { "/chat": {} } })],
    };
    return {
      module: ChatModule,
      imports: [CometModule.forRoot({ ...chat, ...options })],
    };
  }
}
