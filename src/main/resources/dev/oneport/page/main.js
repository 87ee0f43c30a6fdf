// Assembles the page: each part redraws itself when the state changes.

import * as audit from './audit.js';
import * as identity from './identity.js';
import * as lanes from './lanes.js';
import * as routes from './routes.js';
import { byId } from './dom.js';
import { ask, state } from './state.js';

byId('origin').textContent = location.host;
byId('trace').textContent = state.trace;
[identity, lanes, routes, audit].forEach((part) => part.start());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') {
    ask();
  }
});
await identity.begin();
document.documentElement.dataset.ready = 'true';
