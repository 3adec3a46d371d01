import { MAX_TEXT } from "@encke/example-chat";
import { type Type, ValidationPipe } from "@nestjs/common";
import { Transform } from "class-transformer";
import { IsString, Length } from "class-validator";

/** What somebody says to a room. */
export class Said {
  @Transform(({ value }) => (typeof value === "string" ? value.trim() : value))
  @Length(1, MAX_TEXT, { message: `A message is 1 to ${MAX_TEXT} characters of text.` })
  readonly text!: string;
}

/** What somebody says to one other. */
export class Whispered extends Said {
  @IsString({ message: "A whisper is for somebody." })
  readonly to!: string;
}

/**
 * Refuses what is not of the class. With the class named here and not only as the type of a parameter, it is known
 * however the code was compiled: some test runners emit no metadata of types.
 */
export function valid(expectedType: Type): ValidationPipe {
  return new ValidationPipe({ expectedType, transform: true, whitelist: true });
}
