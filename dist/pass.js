#!/usr/bin/env node
// The program is in pass-run.js; this file says so in one sentence where Node is too old to read it.
if (parseInt(process.versions.node, 10) < 22) {
  console.error("::error title=Agent Waves::The action needs Node 22 or later; this is Node " + process.version + ". Let the job run on an image that has one, or put actions/setup-node before the action.");
  process.exitCode = 1;
} else {
  import("./pass-run.js");
}
