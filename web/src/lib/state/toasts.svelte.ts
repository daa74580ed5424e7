import { wordsOf } from './words';

export type ToastKind = 'info' | 'success' | 'error';

/** What a toast offers to do: mostly to undo what it tells of. */
export interface ToastAction {
	label: string;
	run: () => void | Promise<void>;
}

export interface Toast {
	id: number;
	text: string;
	kind: ToastKind;
	action?: ToastAction;
}

const SHOWN_MS = 6000;
const SHOWN_WITH_ACTION_MS = 10_000;
const MOST = 4;

/** Short messages that go by themselves, but not while somebody points at one or has the focus in it. */
class Toasts {
	shown = $state<Toast[]>([]);
	#next = 1;
	#timers = new Map<number, ReturnType<typeof setTimeout>>();

	show(text: string, options: { kind?: ToastKind; action?: ToastAction } = {}): void {
		const toast = { id: this.#next++, text, kind: options.kind ?? 'info', action: options.action };
		this.shown.push(toast);
		for (const old of this.shown.slice(0, -MOST)) this.dismiss(old.id);
		this.#start(toast);
	}

	/** Tell of an error in its own words. */
	error(error: unknown): void {
		this.show(wordsOf(error), { kind: 'error' });
	}

	dismiss(id: number): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
		this.shown = this.shown.filter((toast) => toast.id !== id);
	}

	/** Do the action of a toast, which is over with it. */
	async act(toast: Toast): Promise<void> {
		this.dismiss(toast.id);
		try {
			await toast.action?.run();
		} catch (error) {
			this.error(error);
		}
	}

	/** Keep all that are shown. */
	hold(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
		this.#timers.clear();
	}

	/** Let them go by themselves again. */
	release(): void {
		for (const toast of this.shown) this.#start(toast);
	}

	#start(toast: Toast): void {
		clearTimeout(this.#timers.get(toast.id));
		const after_ms = toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS;
		this.#timers.set(toast.id, setTimeout(() => this.dismiss(toast.id), after_ms));
	}
}

export const toasts = new Toasts();
