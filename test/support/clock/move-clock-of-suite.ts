import { expect } from '@jest/globals';
import { moveClock } from './move-clock.js';
import { isDated, startOfClock } from './test-today.js';

/** Before a test file is loaded, and with it the product. */
const { testPath } = expect.getState();
if (testPath !== undefined && isDated(testPath)) moveClock(startOfClock());
