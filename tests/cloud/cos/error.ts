/** An error as object storage answers it: an HTTP status and a code in XML (436/7730). */
export class CosError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
