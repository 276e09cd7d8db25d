// The same attacks in the situations that are left to the long tests: see ../support/situations.ts.
import './malicious-agent.test.ts';
