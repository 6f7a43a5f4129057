export { commitAll } from './checkout.ts';
export { consumeAll } from './matrix.ts';
export { publishAll } from './publish.ts';
export { type LocalRegistry, startRegistry } from './registry.ts';
export { withTemporaryFolder } from './temporary-folder.ts';
export { publishAnotherCore } from './two-cores.ts';
