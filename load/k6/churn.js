// GET /ping, each on a new connection.
import ping from './http.js';
import { options as of } from './common.js';

export const options = of('churn', ['default'], { noConnectionReuse: true });
export default ping;
