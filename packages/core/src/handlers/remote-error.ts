/**
 * What a handler of remote calls throws to tell the caller what is wrong. The only thing of an error that leaves the
 * server: everything else is answered with `500::server_error` and logged.
 */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  /** For the caller to tell errors apart: `out_of_stock`. */
  readonly code: string;
  /** More about it: plain JSON. */
  readonly details: unknown;

  constructor(code: string, message: string = code, details?: unknown) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
