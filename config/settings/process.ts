import { httpUrl, integer, list, oneOf, setting, text } from '../setting.js';

/** How the program runs on its machine. */
export const PROCESS = {
  // Where it listens
  port: setting('PORT', integer(0, 65535), 3000, 'HTTP port; 0 takes any free one.'),
  host: setting('NUMOON_HOST', text, '127.0.0.1', 'Address to listen on; 0.0.0.0 in a container.'),
  publicUrl: setting(
    'NUMOON_PUBLIC_URL',
    httpUrl,
    null,
    'Base of the links we hand out; unset means http://localhost:PORT.',
  ),
  trustedProxies: setting(
    'NUMOON_TRUSTED_PROXIES',
    list,
    [],
    'Addresses or CIDR ranges whose X-Forwarded-For we believe; limits by address depend on it.',
  ),

  // What it runs
  role: setting(
    'NUMOON_ROLE',
    oneOf('all', 'api', 'worker'),
    'all',
    'One process for everything, or the HTTP side and the background work apart.',
  ),
  logLevel: setting(
    'NUMOON_LOG_LEVEL',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    'info',
    'How much is logged.',
  ),
  dataDir: setting('NUMOON_DATA_DIR', text, '.numoon', 'Embedded server, keyring and master key.'),
  demo: setting(
    'NUMOON_DEMO',
    oneOf('on', 'off'),
    'on',
    'Whether npm start, with its own PostgreSQL, also runs the sandbox in place of providers and keeps a demo tenant connected to it.',
  ),
} as const;
