import { Injectable } from '@nestjs/common';
import { OwnCookie } from '../../kernel/own-cookie.js';
import { DataPlaneSettings } from '../data-plane.settings.js';
import { KNOWN_BROWSER_DAYS } from './known-browsers.js';

/** The cookie that has the mark of a known browser. It stays when the session ends: that is its use. */
@Injectable()
export class BrowserCookie {
  constructor(private readonly settings: DataPlaneSettings) {}

  of(mark: string): string {
    return this.#cookie().set(mark, { maxAgeS: KNOWN_BROWSER_DAYS * 24 * 60 * 60 });
  }

  read(header: string | undefined): string | null {
    return this.#cookie().read(header);
  }

  #cookie(): OwnCookie {
    const facts = { name: 'numoon_browser', sameSite: 'Strict' } as const;
    return new OwnCookie(facts, this.settings.publicUrl());
  }
}
