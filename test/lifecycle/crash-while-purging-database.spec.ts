import { describeCrashesOfAPurge } from '../support/lifecycle-purge-crashes.js';

describeCrashesOfAPurge('database');
