/** On a screen keyboard there is no Shift+Enter: Enter starts a line there, and a button does what it does elsewhere. */
export function isTouch(): boolean {
	return matchMedia('(hover: none) and (pointer: coarse)').matches;
}
