import { wordsOf } from './words';

/** A form that saves what it holds: once at a time, and what is against it is told beside it. */
export class Saving {
	problem = $state<string | null>(null);
	busy = $state(false);

	/** Do what a submitted form is for; `done` once it went well. */
	async run(event: SubmitEvent, work: () => Promise<unknown>, done: () => void): Promise<void> {
		event.preventDefault();
		if (this.busy) return;
		this.busy = true;
		this.problem = null;
		try {
			await work();
			done();
		} catch (error) {
			this.problem = wordsOf(error);
		} finally {
			this.busy = false;
		}
	}
}
