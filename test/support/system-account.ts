import { execFileSync } from 'node:child_process';

/** An account of this machine, for programs that refuse to run as root. */
export interface SystemAccount {
  uid: number;
  gid: number;
}

export function systemAccount(name: string): SystemAccount {
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
