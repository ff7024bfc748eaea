import { Client } from 'pg';
import { noteSecret } from './registry.js';

let watching = false;

/** From now on every password that this test file's program logs in to PostgreSQL with is looked for. */
export function watchDatabasePasswords(): void {
  if (watching) return;
  watching = true;
  const { connect } = Client.prototype as { connect: (...args: unknown[]) => unknown };
  Client.prototype.connect = function (this: Client, ...args: unknown[]) {
    const { password } = this as { password?: unknown };
    if (typeof password === 'string') noteSecret('database password', password);
    return Reflect.apply(connect, this, args);
  } as typeof Client.prototype.connect;
}
