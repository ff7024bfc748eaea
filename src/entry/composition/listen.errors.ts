import { AppError } from '../../kernel/app-error.js';

/** The HTTP port cannot be had. */
export class ListenError extends AppError {
  static of(error: unknown, port: number, host: string): unknown {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') {
      return new ListenError(
        'port_taken',
        `Port ${port} is taken by another program. Stop that program, or start with another port: PORT=${port + 1} npm start`,
        { fields: { port }, cause: error },
      );
    }
    if (code === 'EACCES') {
      return new ListenError(
        'port_refused',
        `This user may not listen on port ${port}. Ports below 1024 are reserved: try PORT=3000 npm start`,
        { fields: { port }, cause: error },
      );
    }
    if (code === 'EADDRNOTAVAIL') {
      return new ListenError(
        'host_unknown',
        `NUMOON_HOST=${host} is no address of this machine. Try 127.0.0.1 or 0.0.0.0.`,
        { fields: { host }, cause: error },
      );
    }
    return error;
  }
}
