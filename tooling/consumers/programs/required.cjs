// In CommonJS, require() gives what import gives: the same module, of which there is no second copy.
async function compare(name) {
  const required = require(name);
  const imported = await import(name);
  const differing = Object.keys(imported).filter((key) => required[key] !== imported[key]);
  if (Object.keys(imported).length === 0) throw new Error(`${name} exports nothing`);
  if (differing.length > 0) throw new Error(`require('${name}') gives others than import: ${differing.join(', ')}`);
}

Promise.all(process.argv.slice(2).map(compare)).catch((err) => {
  console.error(err);
  process.exitCode = 1;
});
