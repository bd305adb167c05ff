// What the engine's Node processes load before anything else: see platforms/pulumi/engine-variables.ts.
import './stack-trace.js';
import './lean-sdk.js';
