/** What the embedded server runs with unless the caller says otherwise. */
const DEFAULTS: Readonly<Record<string, string>> = {
  max_connections: '400',
  shared_buffers: '128MB',
  // One machine, nothing to replicate to: bulk loads write half, and crash recovery is as good.
  wal_level: 'minimal',
  max_wal_senders: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // auto_explain would write plans with values to the log, pg_stat_statements texts to a file.
  shared_preload_libraries: '',
  // The least there is. Sessions show the beginning of their statement, in memory only; values that
  // stand in a text, as verifiers of passwords do, come later in it.
  track_activity_query_size: '100',
  // Of one session: a sort of everything joined with everything would fill the disk of all tenants.
  temp_file_limit: '1GB',
};

/**
 * What nobody may change: no one outside this machine gets in, and what tenants store stays out of
 * the log. See `quiet-sessions.ts` for what a session could still write there on purpose.
 *
 * The price: a failed statement leaves no line. Whoever ran it is told, with all details, and our own
 * log has its code. Starts, stops, crashes, refused logins and lost files are still written.
 */
const FIXED: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  log_destination: 'stderr',
  logging_collector: 'off',
  // No errors and no warnings. Their first line quotes values (invalid input syntax for type date:
  // "..."), and no setting leaves only that away.
  log_min_messages: 'log',
  // What is logged all the same comes without DETAIL (key values, rows, what a crashed process was
  // running), CONTEXT (lines of COPY, statements in functions) and QUERY ...
  log_error_verbosity: 'terse',
  // ... and without the statement.
  log_min_error_statement: 'panic',
  // No statement for its kind, its duration or by lot.
  log_statement: 'none',
  log_duration: 'off',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_transaction_sample_rate: '0',
  debug_print_parse: 'off',
  debug_print_rewritten: 'off',
  debug_print_plan: 'off',
  // Should one be logged nevertheless, then without the values of its parameters.
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  // Every session would be a line, with a name that the client chooses.
  log_connections: 'off',
  log_disconnections: 'off',
  session_preload_libraries: '',
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
