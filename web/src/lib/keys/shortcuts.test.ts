import { expect, test } from 'vitest';
import { type KeyPress, SHORTCUTS, ariaKeys, chordOf, keyCaps, shortcutOf } from './shortcuts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
	const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key;
	return { key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more };
}

test('no two shortcuts are the same keys', () => {
	const keys = SHORTCUTS.map((one) => keyCaps(one, false).join('+'));
	expect(new Set(keys).size).toBe(keys.length);
	expect(new Set(SHORTCUTS.map((one) => one.action)).size).toBe(SHORTCUTS.length);
});

test('mod is Ctrl here and Cmd on a Mac, never both and never the other', () => {
	const ctrl = press('k', { ctrlKey: true });
	const cmd = press('k', { metaKey: true });
	expect(shortcutOf(ctrl, false, false)?.action).toBe('palette');
	expect(shortcutOf(ctrl, true, false)).toBeUndefined();
	expect(shortcutOf(cmd, true, false)?.action).toBe('palette');
	expect(shortcutOf(cmd, false, false)).toBeUndefined();
	expect(shortcutOf(press('k', { ctrlKey: true, metaKey: true }), false, false)).toBeUndefined();
});

test('shift tells letters apart, whatever case the key reports', () => {
	expect(shortcutOf(press('O', { ctrlKey: true, shiftKey: true }), false, true)?.action).toBe('new-chat');
	expect(shortcutOf(press('o', { ctrlKey: true }), false, true)).toBeUndefined();
	expect(shortcutOf(press('K', { ctrlKey: true, shiftKey: true }), false, true)).toBeUndefined();
});

test('a question mark is one on any keyboard, but not while typing', () => {
	expect(shortcutOf(press('?', { shiftKey: true }), false, false)?.action).toBe('shortcuts');
	expect(shortcutOf(press('?'), false, false)?.action).toBe('shortcuts');
	expect(shortcutOf(press('?', { shiftKey: true }), false, true)).toBeUndefined();
});

test('chords and Escape also work while typing', () => {
	expect(shortcutOf(press('Escape'), false, true)?.action).toBe('stop');
	expect(shortcutOf(press('ArrowUp', { altKey: true }), false, true)?.action).toBe('previous-chat');
	expect(shortcutOf(press('ArrowUp'), false, true)).toBeUndefined();
});

test('letters of other scripts are known by where the key lies', () => {
	expect(shortcutOf(press('л', { ctrlKey: true, code: 'KeyK' }), false, false)?.action).toBe('palette');
	// Dvorak: the letter counts, not the place.
	expect(shortcutOf(press('k', { ctrlKey: true, code: 'KeyV' }), false, false)?.action).toBe('palette');
});

test('keys are shown as they are printed', () => {
	expect(keyCaps(chordOf('new-chat'), false)).toEqual(['Ctrl', 'Shift', 'O']);
	expect(keyCaps(chordOf('new-chat'), true)).toEqual(['⌘', '⇧', 'O']);
	expect(keyCaps(chordOf('next-chat'), false)).toEqual(['Alt', '↓']);
	expect(ariaKeys(chordOf('new-chat'), false)).toBe('Control+Shift+O');
	expect(ariaKeys(chordOf('next-chat'), true)).toBe('Alt+ArrowDown');
});
