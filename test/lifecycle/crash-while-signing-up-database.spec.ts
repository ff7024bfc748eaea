import { describeCrashesOfASignup } from '../support/lifecycle-signup-crashes.js';

describeCrashesOfASignup('database');
