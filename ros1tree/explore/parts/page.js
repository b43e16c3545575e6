// The page: what is shown, by its link; everything else is told by whoever knows it.

class Page {
	constructor(book) {
		this.book = book;
		this.words = new Words(book);
		this.state = {
			mode: "read",
			place: "",
			facts: new Map(),
			problems: [],
			refused: [],
			walker: null,
			walk: null,
			relevant: null,
		};
		this.marks = new Marks(book);
		this.reading = new Reading(book, this.words, this.state);
		this.trying = new Trying(book, this.words, this.reading, this.state, (given, problems) =>
			this.take(given, problems),
		);
		this.result = new Result(book, this.words, this.reading, this.trying, this.state);
		this.reviewing = new Reviewing(book, this.words, this.reading, this.marks, (given, node) =>
			this.witness(given, node),
		);
		this.printing = new Printing(book, this.reading, this.result, this.state);
		this.diagram = new Diagram(book, (name) => this.go({ place: `node-${name}` }));
		this.reading.diagram = this.diagram;
		this.listen();
		this.speak();
		this.arrive({ ...readAddress(book, location.hash), first: true });
	}

	listen() {
		window.addEventListener("hashchange", () => this.arrive(readAddress(this.book, location.hash)));
		byId("plain").addEventListener("click", () => this.speak(!this.words.plain));
		byId("close").addEventListener("click", () => this.go({ place: "" }));
		byId("panel").addEventListener("keydown", (event) => {
			const name = this.opened();
			if (event.key === "Escape" && name) this.diagram.focus(name);
		});
		document.addEventListener("click", (event) => this.follow(event));
	}

	/** Follow a link inside the page; where a page has no address of its own, the browser cannot. */
	follow(event) {
		const link = event.target.closest('a[href^="#"]');
		if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
		event.preventDefault();
		if (link.id === "skip") this.enter();
		else {
			const { mode, place } = readAddress(this.book, link.getAttribute("href"));
			this.go({ mode: mode ?? this.state.mode, place: place ?? "" });
		}
	}

	/** Return the node whose panel is open; none is an empty text. */
	opened() {
		const [kind, name] = split(this.state.place, "-");
		return kind === "node" && this.book.nodes.has(name) ? name : "";
	}

	/** Say everything in plain words, or in those of the source. */
	speak(plain = false) {
		this.words.plain = plain;
		byId("plain").setAttribute("aria-pressed", String(plain));
		byId("title").textContent = this.words.of(this.book, "title");
		this.reading.outline();
		this.trying.form();
		this.reviewing.findings();
		this.show();
	}

	/** Come to what a link names; what it does not name stays as it is. */
	arrive({ mode, place, given, first }) {
		if (mode) this.state.mode = mode;
		if (place !== undefined) this.state.place = place;
		if (given) this.know(given);
		else if (first) this.know([]);
		this.write();
		this.show();
		if (!place) return;
		// A browser that opens a link goes to the node in the diagram first.
		if (first) window.addEventListener("load", () => setTimeout(() => this.enter()));
		else this.enter();
	}

	/** Go to another place or mode: a step that the reader can take back. */
	go(change) {
		const before = addressOf(this.state);
		Object.assign(this.state, change);
		const here = addressOf(this.state);
		try {
			if (here !== before) history.pushState(null, "", here);
		} catch {
			// A page without an address of its own, as in a notebook.
		}
		this.show();
		this.enter();
	}

	write() {
		try {
			history.replaceState(null, "", addressOf(this.state));
		} catch {
			// See above.
		}
	}

	/** Put the reader where the new content begins. */
	enter() {
		const { mode, place } = this.state;
		const heading = byId(place || mode === "try" ? "panel" : `side-${mode}`).querySelector("h2");
		heading.focus({ preventScroll: true });
		if (matchMedia("(max-width: 75rem)").matches) heading.scrollIntoView({ block: "start" });
		else byId("panel").scrollTo(0, 0);
	}

	/** Take over facts, walk, and show it. */
	take(given, problems = []) {
		this.know(given, problems);
		this.write();
		this.show();
	}

	know(given, problems = []) {
		const found = checked(this.book, given);
		const { state } = this;
		state.facts = found.facts;
		state.problems = [...problems, ...found.problems];
		const wrong = new Set(found.problems.filter((row) => !row.facts).map((row) => row.fact));
		state.refused = given.filter(([name]) => wrong.has(name));
		state.walker = state.problems.length ? null : new Walker(this.book, state.facts);
		state.walk = state.walker && state.walker.result();
		state.relevant = state.walk && relevant(this.book, state.walk);
	}

	/** Show a patient of a finding; or, without facts, only show anew. */
	witness(given, node) {
		if (given === null) return this.show();
		this.know(given);
		return this.go({ mode: "try", place: node ? `node-${node}` : "" });
	}

	show() {
		const { state } = this;
		document.body.dataset.mode = state.mode;
		for (const mode of MODES) {
			byId(`mode-${mode}`).toggleAttribute("aria-current", false);
			if (mode === state.mode) byId(`mode-${mode}`).setAttribute("aria-current", "page");
			byId(`side-${mode}`).hidden = mode !== state.mode;
		}
		this.panel();
		this.trying.fill();
		this.diagram.open(this.opened());
		this.diagram.walk(state.mode === "try" && state.facts.size ? state.walker : null);
		for (const link of document.querySelectorAll("#outline a")) {
			const here = link.getAttribute("href") === `#${encodeURIComponent(state.place)}`;
			if (here) link.setAttribute("aria-current", "true");
			else link.removeAttribute("aria-current");
		}
		this.announce();
	}

	panel() {
		const found = this.state.place ? this.reading.panel(this.state.place) : null;
		const within = byId("panel-content").contains(document.activeElement);
		const content = found ?? this.home();
		const name = this.opened();
		const marks = this.state.mode === "review" && name ? this.reviewing.node(name) : null;
		byId("panel-content").replaceChildren(...[content, marks].flat(Infinity).filter(Boolean));
		byId("close").hidden = !found;
		byId("close").textContent = {
			read: "Close",
			try: "Back to the result",
			review: "Back to your review",
		}[this.state.mode];
		if (within) this.refocus();
	}

	home() {
		return {
			read: () => this.reading.about(),
			try: () => this.result.panel(),
			review: () => this.reviewing.panel(),
		}[this.state.mode]();
	}

	/** Put the keyboard, which stood on something that was made anew, on the next question. */
	refocus() {
		const panel = byId("panel-content");
		(panel.querySelector(".next legend") ?? panel.querySelector("h2")).focus();
	}

	/** Return a result in one line: each rank by its name, then what is barred and where silence is. */
	summary(walk) {
		const names = (rows) => rows.map((row) => this.words.intervention(row.intervention)).join(", ");
		const tiers = TIERS.map((tier) => [
			tier,
			names(walk.recommendations.filter((row) => row.tier === tier)),
		]);
		const silent = walk.not_covered.map((row) => this.words.node(row.node)).join(", ");
		const parts = [
			...tiers,
			["to be avoided", names(walk.avoid)],
			["the guideline is silent on", silent],
		];
		const told = parts.filter(([, text]) => text).map(([what, text]) => `${what}: ${text}`);
		return [split(this.book.words.status[walk.status], ":")[0].toLowerCase(), ...told].join("; ");
	}

	/** Tell a screen reader in one line what changed. */
	announce() {
		const { walk, problems, mode } = this.state;
		if (mode !== "try") return;
		const told = problems.length
			? `These facts cannot be used: ${problems.map((row) => `${this.book.facts.get(row.fact)?.name ?? row.fact}: ${row.message}`).join("; ")}`
			: this.summary(walk);
		if (byId("told").textContent !== told) byId("told").textContent = told;
	}
}

const guideline = opened(JSON.parse(byId("data").textContent));
window.ros1tree = Object.freeze({
	guideline,
	checked: (facts) => checked(guideline, Object.entries(facts)),
	walk: (facts) => {
		const found = checked(guideline, Object.entries(facts));
		if (found.problems.length) throw new Error(found.problems.map((row) => `${row.fact}: ${row.message}`).join("; "));
		return walked(guideline, found.facts);
	},
	relevant: (walk) => relevant(guideline, walk),
});
new Page(guideline);
