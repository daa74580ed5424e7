/** When the page has drawn what is new. */

const AT_LATEST_MS = 200;

/** Waits until the page has drawn what is new and has nothing else to do, but not for long. */
export function untilDrawn(): Promise<void> {
	return new Promise((resolve) => {
		if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: AT_LATEST_MS });
		else setTimeout(resolve, AT_LATEST_MS);
	});
}
