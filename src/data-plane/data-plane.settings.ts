export interface DataPlaneOptions {
  /** Base of the links we hand out. Asked late, because port 0 is known only once it listens. */
  publicUrl: () => string;
  sessionHours: number;
  /** Of one provider from one network; bursts of five times that. */
  webhooksPerSecond?: number;
  /** Whether an address must be proved before it signs in unnamed or resets a password. Off if left out. */
  insistsOnProof?: boolean;
  /** What a tenant may store, for showing; 0: no limit. */
  tenantMaxBytes?: number;
  tenantMaxRows?: number;
  /**
   * Shows a link that no mail could carry. Only the embedded profile gives one: anywhere else a
   * log with links in it would be a log of keys.
   */
  showLink?: (kind: LinkKind, link: string) => void;
}

export type LinkKind = 'invitation' | 'password-reset' | 'email-verification';

/** What the data plane is told at start-up. */
export class DataPlaneSettings {
  readonly publicUrl: () => string;
  readonly sessionHours: number;
  readonly webhooksPerSecond: number;
  readonly insistsOnProof: boolean;
  readonly tenantMaxBytes: number;
  readonly tenantMaxRows: number;
  readonly showLink: ((kind: LinkKind, link: string) => void) | null;

  constructor(options: DataPlaneOptions) {
    this.publicUrl = options.publicUrl;
    this.sessionHours = options.sessionHours;
    this.webhooksPerSecond = options.webhooksPerSecond ?? 100;
    this.insistsOnProof = options.insistsOnProof ?? false;
    this.tenantMaxBytes = options.tenantMaxBytes ?? 0;
    this.tenantMaxRows = options.tenantMaxRows ?? 0;
    this.showLink = options.showLink ?? null;
  }

  /** The token stands after `#`, which browsers send to nobody: not to us, to no proxy's log. */
  linkTo(page: 'join' | 'reset-password' | 'verify-email', token: string): string {
    return `${this.publicUrl()}/${page}#token=${token}`;
  }
}
