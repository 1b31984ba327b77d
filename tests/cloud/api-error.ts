/** An error as the API answers it: HTTP 200 with `Response.Error.{Code,Message}`. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
