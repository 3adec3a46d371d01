import { addHandler, type HandlerKind } from "./handler-metadata.ts";
import { describeParam, hasParams, type ParamKind } from "./param-metadata.ts";

/**
 * Says once, when the application starts, how messages on the channels are treated: returns `ChannelOptions`, or a
 * promise of them.
 */
export function Configure(template: string): MethodDecorator {
  return handler("Configure", "channel", template);
}

/**
 * Is asked before a message of a client or of the server is published, or handed to a service. `false` or an exception:
 * it is refused. `replace(data)`: something else is published. Anything else: it goes on.
 */
export function Listener(template: string): MethodDecorator {
  return handler("Listener", "payload", template);
}

/** Is told of each message that was published. What it returns or throws is nothing to the publisher. */
export function Subscription(template: string): MethodDecorator {
  return handler("Subscription", "payload", template);
}

/** Answers calls of clients on `/service/<template>` with what it returns: a value, a promise or the last of an Observable. */
export function RemoteCall(template: string): MethodDecorator {
  return handler("RemoteCall", "payload", template);
}

/** Answers calls of clients with many values: an Observable or an async iterable, which ends when nobody wants more. */
export function RemoteStream(template: string): MethodDecorator {
  return handler("RemoteStream", "payload", template);
}

/** Decides who may shake hands. Only `true` and `{ allow: true, ... }` say yes. */
export function CanHandshake(): MethodDecorator {
  return handler("CanHandshake", "message");
}

/** Decides who may name a channel that nobody is subscribed to yet. Only `true` says yes. */
export function CanCreate(template: string): MethodDecorator {
  return handler("CanCreate", "session", template);
}

/**
 * Decides who may subscribe. Only `true` says yes. For a subscription to a wildcard it is asked again for each channel
 * that this covers, before the first message of the channel is delivered.
 */
export function CanSubscribe(template: string): MethodDecorator {
  return handler("CanSubscribe", "session", template);
}

/** Decides who may publish. Only `true` says yes. */
export function CanPublish(template: string): MethodDecorator {
  return handler("CanPublish", "session", template);
}

/** Is told of each session that begins. */
export function OnHandshake(): MethodDecorator {
  return handler("OnHandshake", "session");
}

/** Is told of each subscription that was made. */
export function OnSubscribed(template: string): MethodDecorator {
  return handler("OnSubscribed", "session", template);
}

/** Is told of each subscription that has ended, also because its session has. */
export function OnUnsubscribed(template: string): MethodDecorator {
  return handler("OnUnsubscribed", "session", template);
}

/** Is told of each session that is gone. The application waits for it, within `drainTimeout`, when it shuts down. */
export function OnSessionRemoved(): MethodDecorator {
  return handler("OnSessionRemoved", "session");
}

/** `usual` is what the first parameter is where no parameter is decorated. */
function handler(kind: HandlerKind, usual: ParamKind, template = ""): MethodDecorator {
  return (target, name, descriptor) => {
    const method = descriptor.value;
    if (typeof method !== "function") throw new TypeError(`@${kind} is for methods.`);
    addHandler(method, { kind, template });
    if (!hasParams(target, name)) describeParam(target, name, 0, { kind: usual });
  };
}
