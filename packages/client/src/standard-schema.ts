/**
 * What libraries of schemas have in common, as far as types need it: zod, valibot, arktype and others have it.
 * https://standardschema.dev
 */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => unknown;
    /** Is never there when the program runs. */
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** A schema for each channel, template or pattern of a map. */
export type SchemasOf<Channels> = {
  readonly [Name in keyof Channels]: StandardSchema<Channels[Name]>;
};

/** The map from channels to data that schemas describe: to what they make of data, where they change it. */
export type ChannelsOf<Schemas> = {
  [Name in keyof Schemas]: Schemas[Name] extends StandardSchema<infer Output> ? Output : never;
};
