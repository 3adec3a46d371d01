import { BadRequestException, type PipeTransform } from "@nestjs/common";

/** What is used of a Standard Schema. @see https://standardschema.dev */
export interface StandardSchema {
  readonly "~standard": {
    validate(value: unknown): SchemaResult | Promise<SchemaResult>;
  };
}

interface SchemaResult {
  readonly value?: unknown;
  readonly issues?: readonly { readonly message: string }[] | undefined;
}

export interface SchemaOption {
  readonly schema: StandardSchema;
}

/** Replaces the value by what the schema makes of it, or refuses it with all that is wrong with it. */
export class SchemaPipe implements PipeTransform<unknown, Promise<unknown>> {
  readonly #schema: StandardSchema;

  constructor(schema: StandardSchema) {
    this.#schema = schema;
  }

  async transform(value: unknown): Promise<unknown> {
    const { issues, value: valid } = await this.#schema["~standard"].validate(value);
    if (issues === undefined) return valid;
    throw new BadRequestException(issues.map(({ message }) => message));
  }
}
