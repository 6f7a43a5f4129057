/** Lets everybody else go on. */
export async function moment(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}
