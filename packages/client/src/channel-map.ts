/** What a client knows of channels when it is told nothing: data of any kind on all of them. */
export interface AnyChannel {
  readonly "/**": unknown;
}

/**
 * The data on a channel, or on all that a pattern covers, by a map from channels to data. The keys of the map may have
 * segments like `{room}`, which stand for any one segment, and end with `*` or `**`.
 */
export type DataOf<Channels, Name extends string> = Channels[KeysFor<Channels, Name>];

/** The name itself where the map has data for it, and else a text that says that it has none. */
export type Known<Channels, Name extends string> = [KeysFor<Channels, Name>] extends [never]
  ? `${Name} is no channel of this client`
  : Name;

type KeysFor<Channels, Name extends string> = {
  [Key in keyof Channels]: Key extends string
    ? string extends Name
      ? Key
      : Overlap<Split<Key>, Split<Name>> extends true
        ? Key
        : never
    : never;
}[keyof Channels];

type Split<Path extends string> = Path extends `${infer Head}/${infer Rest}`
  ? [Head, ...Split<Rest>]
  : [Path];

type Overlap<One extends readonly string[], Other extends readonly string[]> = One extends ["**"]
  ? IsSome<Other>
  : Other extends ["**"]
    ? IsSome<One>
    : One extends [infer A extends string, ...infer AfterA extends string[]]
      ? Other extends [infer B extends string, ...infer AfterB extends string[]]
        ? Meet<A, B> extends true
          ? Overlap<AfterA, AfterB>
          : false
        : false
      : Other extends []
        ? true
        : false;

type IsSome<Segments extends readonly string[]> = Segments extends [] ? false : true;

type Placeholder = "*" | `{${string}}`;

type Meet<A extends string, B extends string> = A extends Placeholder
  ? true
  : B extends Placeholder
    ? true
    : A extends B
      ? true
      : B extends A
        ? true
        : false;
