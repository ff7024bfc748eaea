/** Whether a host is among those listed: by its exact name, or one label below `*.`. */
export function isAllowedHost(host: string, hosts: readonly string[]): boolean {
  return hosts.some((allowed) => {
    if (!allowed.startsWith('*.')) return host === allowed;
    const [label, ...rest] = host.split('.');
    return label !== undefined && label !== '' && rest.join('.') === allowed.slice(2);
  });
}
