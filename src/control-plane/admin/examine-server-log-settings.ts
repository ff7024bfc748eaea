import type { DatabaseServer } from '../../infrastructure/postgres/database-server.js';

/** A setting through which values of tenants can reach the server's log or statistics. */
export interface ServerLogFinding {
  setting: string;
  value: string;
  /** The line that closes it. Takes effect with `SELECT pg_reload_conf()`, without a restart. */
  advice: string;
}

interface Rule {
  /** Values with which nothing gets through. */
  safe: readonly string[];
  advised: string;
}

const QUIET_LEVELS = ['log', 'fatal', 'panic'];

/** Why each matters is told in docs/when-things-go-wrong.md. Those of libraries exist where they are loaded. */
const RULES: Readonly<Record<string, Rule>> = {
  log_min_messages: { safe: QUIET_LEVELS, advised: 'log' },
  log_error_verbosity: { safe: ['terse'], advised: 'terse' },
  log_min_error_statement: { safe: ['fatal', 'panic'], advised: 'panic' },
  log_statement: { safe: ['none'], advised: 'none' },
  log_min_duration_statement: { safe: ['-1'], advised: '-1' },
  log_min_duration_sample: { safe: ['-1'], advised: '-1' },
  log_transaction_sample_rate: { safe: ['0'], advised: '0' },
  log_parameter_max_length: { safe: ['0'], advised: '0' },
  log_parameter_max_length_on_error: { safe: ['0'], advised: '0' },
  debug_print_parse: { safe: ['off'], advised: 'off' },
  debug_print_rewritten: { safe: ['off'], advised: 'off' },
  debug_print_plan: { safe: ['off'], advised: 'off' },
  'auto_explain.log_min_duration': { safe: ['-1'], advised: '-1' },
  'pg_stat_statements.track_utility': { safe: ['off'], advised: 'off' },
};

/**
 * Looks at how a server is set, as the sessions of our own role find it. What is there is the choice of
 * its administrator: this only tells. The embedded server has nothing to tell of.
 */
export class ExamineServerLogSettings {
  constructor(private readonly server: DatabaseServer) {}

  /** @throws DatabaseUnavailableError */
  async execute(): Promise<ServerLogFinding[]> {
    const rows = await this.server.withConnection(this.server.maintenanceDatabase, (client) =>
      client.query<{ name: string; setting: string }>(
        'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
        [Object.keys(RULES)],
      ),
    );
    const values = new Map(rows.rows.map(({ name, setting }) => [name, setting]));
    return Object.entries(RULES).flatMap(([setting, { safe, advised }]) => {
      const value = values.get(setting);
      if (value === undefined || safe.includes(value)) return [];
      return [{ setting, value, advice: `ALTER SYSTEM SET ${setting} = '${advised}';` }];
    });
  }
}
