/** All keyboard shortcuts in one table, and how a key press is told to be one of them. Pure. */

export type Action =
	| 'palette'
	| 'shortcuts'
	| 'new-chat'
	| 'focus-composer'
	| 'search'
	| 'stop'
	| 'copy-last'
	| 'previous-chat'
	| 'next-chat'
	| 'toggle-sidebar'
	| 'toggle-theme';

/** `mod` is Cmd on a Mac and Ctrl elsewhere. `key` is as in `KeyboardEvent.key`, letters in lower case. */
export interface Chord {
	key: string;
	mod?: boolean;
	shift?: boolean;
	alt?: boolean;
}

export interface Shortcut extends Chord {
	action: Action;
	group: 'general' | 'chat';
}

export const SHORTCUTS: readonly Shortcut[] = [
	{ action: 'palette', group: 'general', key: 'k', mod: true },
	{ action: 'shortcuts', group: 'general', key: '?' },
	{ action: 'toggle-sidebar', group: 'general', key: 'b', mod: true },
	{ action: 'toggle-theme', group: 'general', key: 'l', mod: true, shift: true },
	{ action: 'new-chat', group: 'chat', key: 'o', mod: true, shift: true },
	{ action: 'focus-composer', group: 'chat', key: 'i', mod: true },
	{ action: 'search', group: 'chat', key: 'f', mod: true, shift: true },
	{ action: 'stop', group: 'chat', key: 'Escape' },
	{ action: 'copy-last', group: 'chat', key: 'c', mod: true, shift: true },
	{ action: 'previous-chat', group: 'chat', key: 'ArrowUp', alt: true },
	{ action: 'next-chat', group: 'chat', key: 'ArrowDown', alt: true }
];

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The shortcut that `press` is. A plain character is none while somebody is typing text. */
export function shortcutOf(press: KeyPress, mac: boolean, typing: boolean): Shortcut | undefined {
	return SHORTCUTS.find((one) => isPressed(press, one, mac) && !(typing && isPlain(one)));
}

/** Whether `press` is `chord`, with all of its modifier keys and no other. */
export function isPressed(press: KeyPress, chord: Chord, mac: boolean): boolean {
	const mod = mac ? press.metaKey : press.ctrlKey;
	const other = mac ? press.ctrlKey : press.metaKey;
	if (mod !== (chord.mod ?? false) || other || press.altKey !== (chord.alt ?? false)) return false;
	// Which sign needs the shift key is a matter of the keyboard's language; of letters and named keys it is not.
	if (!isSign(chord) && press.shiftKey !== (chord.shift ?? false)) return false;
	return keyOf(press) === chord.key;
}

/** What is printed on the keys of `chord`, in the order in which they are pressed. */
export function keyCaps(chord: Chord, mac: boolean): string[] {
	const caps: string[] = [];
	if (chord.mod) caps.push(mac ? '⌘' : 'Ctrl');
	if (chord.alt) caps.push(mac ? '⌥' : 'Alt');
	if (chord.shift) caps.push(mac ? '⇧' : 'Shift');
	caps.push(CAPS[chord.key] ?? chord.key.toUpperCase());
	return caps;
}

/** The chord in the form of `aria-keyshortcuts`. */
export function ariaKeys(chord: Chord, mac: boolean): string {
	const names = [chord.mod && (mac ? 'Meta' : 'Control'), chord.alt && 'Alt', chord.shift && 'Shift'];
	return [...names.filter(Boolean), chord.key.length === 1 ? chord.key.toUpperCase() : chord.key].join('+');
}

export function chordOf(action: Action): Shortcut {
	return SHORTCUTS.find((one) => one.action === action) as Shortcut;
}

const CAPS: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' };

function isSign(chord: Chord): boolean {
	return chord.key.length === 1 && !/[a-z]/.test(chord.key);
}

/** A character that would be text if it were typed into a field. */
function isPlain(chord: Chord): boolean {
	return chord.key.length === 1 && !chord.mod && !chord.alt;
}

/** A keyboard of another script writes other letters, but its keys lie where they lie. */
function keyOf(press: KeyPress): string {
	if (press.key.length !== 1) return press.key;
	const letter = /^Key([A-Z])$/.exec(press.code);
	const foreign = press.key.charCodeAt(0) > 127;
	return letter?.[1] && foreign ? letter[1].toLowerCase() : press.key.toLowerCase();
}
