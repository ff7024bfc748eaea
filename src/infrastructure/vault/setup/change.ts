/** Something in Vault that is not as it has to be, and the one call or two that make it so. */
export interface Change {
  kind: 'mount' | 'engine-settings' | 'auth-method' | 'policy' | 'app-role';
  /** A path or a name in Vault. */
  name: string;
  action: 'create' | 'change';
  /** In unified form, from what is there to what will be. */
  diff: string;
  /** Safe to repeat. */
  apply(): Promise<void>;
}
