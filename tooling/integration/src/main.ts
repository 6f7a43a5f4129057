import { reportConformance } from '@icechunk/storage-core/conformance';
import { clouds, opener, optionsIn } from './clouds.ts';

// `pnpm integration s3`: the conformance suite against a real bucket, which must hold nothing else under its prefix.
const [name = ''] = process.argv.slice(2);
const cloud = Object.hasOwn(clouds, name) ? clouds[name] : undefined;
if (!cloud) throw new Error(`takes one of ${Object.keys(clouds).join(', ')}`);
const options = optionsIn(process.env[cloud.variable], cloud.variable);
if (options) {
  const open = opener(cloud, options);
  const { capabilities } = cloud;
  const report = await reportConformance({ name, open, openSecond: open, capabilities }, { write: console.log });
  if (!report.safeToCommitOn) process.exitCode = 1;
} else {
  console.log(`${name} was NOT tried: ${cloud.variable} is not set`);
}
