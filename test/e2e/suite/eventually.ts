/** Waits until a check passes; its last complaint is the failure. */
export async function eventually<T>(check: () => T | Promise<T>, patience = 20_000): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise(done => setTimeout(done, 50));
  }
}
