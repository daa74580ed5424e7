// jsdom lays nothing out, so nothing in it has a size that could change.
globalThis.ResizeObserver ??= class {
	observe() {}
	unobserve() {}
	disconnect() {}
};
