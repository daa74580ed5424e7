import { type Action, shortcutOf } from '$lib/keys/shortcuts';

type Run = () => void;

/** What each shortcut does at present. Whoever registered last is asked: a page before the shell. */
class Shortcuts {
	readonly mac = /Mac|iPhone|iPad/.test(navigator.platform);
	/** Whether the list of shortcuts is shown. */
	listed = $state(false);
	#runs = new Map<Action, Run[]>();

	/** Let `action` do `run`, until the function that is returned is called: it suits an `$effect`. */
	on(action: Action, run: Run): () => void {
		this.#runs.set(action, [...(this.#runs.get(action) ?? []), run]);
		return () => {
			this.#runs.set(action, (this.#runs.get(action) ?? []).filter((one) => one !== run));
		};
	}

	/** Whether `action` does something where we are. */
	has(action: Action): boolean {
		return (this.#runs.get(action) ?? []).length > 0;
	}

	/** Do `action`; false if it does nothing here. */
	run(action: Action): boolean {
		const run = this.#runs.get(action)?.at(-1);
		run?.();
		return run !== undefined;
	}

	/** Do what a key press asks for. A dialog or menu that is open has the keys to itself. */
	press(event: KeyboardEvent): void {
		if (event.defaultPrevented || event.isComposing || event.repeat) return;
		const shortcut = shortcutOf(event, this.mac, isTyping(event.target));
		if (shortcut === undefined) return;
		if (isLayerOpen() && shortcut.action !== 'palette') return;
		if (this.run(shortcut.action)) event.preventDefault();
	}
}

function isTyping(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	return target.isContentEditable || target.matches('input, textarea, select');
}

function isLayerOpen(): boolean {
	return document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;
}

export const shortcuts = new Shortcuts();
