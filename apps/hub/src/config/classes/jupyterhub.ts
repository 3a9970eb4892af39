import { activityTraits } from './jupyterhub-activity.js';
import { addressTraits } from './jupyterhub-addresses.js';
import { identityTraits } from './jupyterhub-identity.js';
import { pageTraits } from './jupyterhub-pages.js';
import { processTraits } from './jupyterhub-process.js';

/** `JupyterHub.*`: what concerns the hub as a whole. */
export const jupyterHubTraits = { ...addressTraits, ...processTraits, ...identityTraits, ...activityTraits, ...pageTraits };
