export { makeCheckout } from './checkout.ts';
export { consumeAll, type MatrixOptions } from './matrix.ts';
export { CORE, type Manifest, type PublishedPackage, packagesOf } from './packages.ts';
export { type PublishOptions, publishAll } from './publish.ts';
export { configuredRegistry, type LocalRegistry, startRegistry } from './registry.ts';
export { type Result, Results } from './results.ts';
export { RunFailed, type RunOptions, run } from './run.ts';
export { withTemporaryFolder } from './temporary-folder.ts';
export { publishAnotherCore } from './two-cores.ts';
