import { describePowerCuts } from '../support/lifecycle-power-cuts-everywhere.js';

describePowerCuts('schema');
