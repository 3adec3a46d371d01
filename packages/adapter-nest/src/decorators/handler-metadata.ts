import "reflect-metadata";

/** What a method is called for. */
export type HandlerKind =
  | "Configure"
  | "Listener"
  | "Subscription"
  | "RemoteCall"
  | "RemoteStream"
  | "CanHandshake"
  | "CanCreate"
  | "CanSubscribe"
  | "CanPublish"
  | "OnHandshake"
  | "OnSubscribed"
  | "OnUnsubscribed"
  | "OnSessionRemoved";

export interface HandlerMetadata {
  readonly kind: HandlerKind;
  /** The channels it is for: `/chat/{room}`. Empty where it is for sessions. */
  readonly template: string;
}

const HANDLERS = "encke:handlers";

export function addHandler(method: object, metadata: HandlerMetadata): void {
  Reflect.defineMetadata(HANDLERS, [...handlersOf(method), metadata], method);
}

export function handlersOf(method: unknown): readonly HandlerMetadata[] {
  if (typeof method !== "function") return [];
  return (Reflect.getMetadata(HANDLERS, method) as readonly HandlerMetadata[] | undefined) ?? [];
}
