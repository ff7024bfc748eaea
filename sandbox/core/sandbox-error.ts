/** A fault in what the sandbox was asked to do by its user (not by a connector): told with this status. */
export class SandboxError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'SandboxError';
  }
}
