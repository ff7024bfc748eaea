import { Injectable } from '@nestjs/common';
import { sessionCookie } from '../../tenancy/session-cookie.js';
import { DataPlaneSettings } from '../data-plane.settings.js';
import type { OpenedSession } from './open-session.js';

/** Values of Set-Cookie headers, for this installation's address. */
@Injectable()
export class SessionCookie {
  constructor(private readonly settings: DataPlaneSettings) {}

  of({ token, expiresAt }: OpenedSession): string {
    return sessionCookie(this.settings.publicUrl()).set(token, { expiresAt });
  }

  /** Makes the browser forget it. */
  cleared(): string {
    return sessionCookie(this.settings.publicUrl()).clear();
  }
}
