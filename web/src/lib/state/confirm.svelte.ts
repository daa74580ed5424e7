/** A question before something that cannot be undone. `action` is the word on the button that does it. */
export interface Question {
	title: string;
	text: string;
	action: string;
	danger?: boolean;
}

/** One question at a time; asking another one answers the first with no. */
class Confirm {
	question = $state<Question | null>(null);
	#answer: ((yes: boolean) => void) | null = null;

	ask(question: Question): Promise<boolean> {
		this.answer(false);
		this.question = question;
		return new Promise((resolve) => (this.#answer = resolve));
	}

	answer(yes: boolean): void {
		this.question = null;
		this.#answer?.(yes);
		this.#answer = null;
	}
}

export const confirm = new Confirm();
