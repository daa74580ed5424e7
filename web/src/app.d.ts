declare global {
	namespace App {}
	/** Set by `static/early.js`. */
	var minervaEarly: import('$lib/api/client').Early | undefined;
}

export {};
