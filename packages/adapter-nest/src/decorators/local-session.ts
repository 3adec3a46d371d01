import "reflect-metadata";

const LOCAL_SESSIONS = "encke:local-sessions";

/** Puts the `Comet` that the class is for into the property, before the first handler of the class is called. */
export function LocalSession(): PropertyDecorator {
  return (target, property) => {
    const properties = [...localSessionsOf(target.constructor), property];
    Reflect.defineMetadata(LOCAL_SESSIONS, properties, target.constructor);
  };
}

/** The properties of a class, and of those that it extends, that are to hold a Comet. */
export function localSessionsOf(type: object): readonly (string | symbol)[] {
  return (
    (Reflect.getMetadata(LOCAL_SESSIONS, type) as readonly (string | symbol)[] | undefined) ?? []
  );
}
