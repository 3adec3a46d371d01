import { RemoteError } from "@encke/core";
import { HttpException, HttpStatus } from "@nestjs/common";

/** What a peer may know of an exception. Undefined: nothing. */
export function toldOf(exception: unknown): RemoteError | undefined {
  if (exception instanceof RemoteError) return exception;
  return exception instanceof HttpException ? fromHttp(exception) : undefined;
}

/** Not an error of ours: what an exception of Nest says, for those who are no HTTP. */
function fromHttp(exception: HttpException): RemoteError {
  const response = exception.getResponse();
  const code = HttpStatus[exception.getStatus()]?.toLowerCase() ?? String(exception.getStatus());
  if (typeof response === "string") return new RemoteError(code, response);
  const { message = exception.message } = response as { readonly message?: unknown };
  const text = Array.isArray(message) ? message.join("; ") : String(message);
  return new RemoteError(code, text, response);
}
