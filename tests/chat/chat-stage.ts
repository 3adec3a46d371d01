import { type ChatOptions, createChat } from "@encke/example-chat";
import { Stage, type WindowOptions } from "../browser/stage.ts";
import { ChatWindow } from "./chat-window.ts";

/** The stage for the chat. */
export class ChatStage extends Stage<ChatOptions, ChatWindow> {
  constructor() {
    super({ open: createChat, watch: (page) => new ChatWindow(page) });
  }

  /** A window in which somebody has logged in. */
  async windowOf(name: string, options?: WindowOptions): Promise<ChatWindow> {
    const window = await this.window(options);
    await window.logIn(name);
    await window.seesStatus("Connected");
    return window;
  }
}
