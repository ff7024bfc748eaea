/** What the embedded server runs with unless the caller says otherwise. */
const DEFAULTS: Readonly<Record<string, string>> = {
  max_connections: '400',
  shared_buffers: '128MB',
  // One machine, nothing to replicate to: bulk loads write half, and crash recovery is as good.
  wal_level: 'minimal',
  max_wal_senders: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * What nobody may change: no one outside this machine gets in, and what tenants store stays out of
 * the log. Errors are not logged at all, because their first line quotes values; whoever ran the
 * statement is told anyway.
 */
const FIXED: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
  // Every DROP DATABASE makes one, and each would be a line.
  log_checkpoints: 'off',
};

/** The command line of the server: on it, so that a file left by another version decides nothing. */
export function serverArguments(
  cluster: string,
  port: number,
  overrides: Readonly<Record<string, string>>,
): string[] {
  const settings = { ...DEFAULTS, ...overrides, ...FIXED, port: String(port) };
  return [
    '-D',
    cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}
