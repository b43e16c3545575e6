// Which missing facts can still change what a patient gets: the same answer as `ros1tree walk --json`
// gives under `relevant`.
//
// Sets of patients are decision diagrams: a node asks one question and has a child for each answer.
// A question is a fact, whose values are grouped by what the conditions tell apart, or one member of
// a set. Two sets are equal where their diagrams are one object.

const MAX_DIAGRAM = 300_000;

class TooLarge extends Error {}

class Space {
	constructor(book) {
		this.book = book;
		this.nodes = new Map();
		this.memory = new Map();
		this.nobody = { id: 0, level: Infinity, children: [] };
		this.everybody = { id: 1, level: Infinity, children: [] };
		this.questions = [];
		this.levels = new Map();
		this.tests = new Map(book.variables.map((name) => [name, []]));
		for (const test of book.tests) this.tests.get(test.fact).push(test);
		for (const name of book.variables) this.ask(name, book.facts.get(name));
	}

	ask(name, fact) {
		const made =
			fact.type === "set"
				? fact.values.map(([member]) => ({ member, size: 2 }))
				: [this.grouped(name, fact)];
		this.levels.set(
			name,
			made.map((_, place) => this.questions.length + place),
		);
		this.questions.push(...made.map((question) => ({ fact: name, ...question })));
	}

	grouped(name, fact) {
		const tests = this.tests.get(name);
		const sign = (value) => tests.map((test) => Number(holds(test, value))).join("");
		const classes = once(sampled(fact, tests).map(sign));
		return { sign, classes, size: classes.length };
	}

	node(level, children) {
		if (children.every((child) => child === children[0])) return children[0];
		const key = `${level}:${children.map((child) => child.id).join()}`;
		let found = this.nodes.get(key);
		if (!found) {
			if (this.nodes.size >= MAX_DIAGRAM) throw new TooLarge();
			found = { id: this.nodes.size + 2, level, children };
			this.nodes.set(key, found);
		}
		return found;
	}

	/** Return the patients for whom an answer, given by its place, is among those that `fits`. */
	answering(level, fits) {
		const places = [...Array(this.questions[level].size).keys()];
		return this.node(
			level,
			places.map((place) => (fits(place) ? this.everybody : this.nobody)),
		);
	}

	and(a, b) {
		if (a === this.nobody || b === this.nobody) return this.nobody;
		if (a === this.everybody || a === b) return b;
		return b === this.everybody ? a : this.combined("and", a, b);
	}

	or(a, b) {
		if (a === this.everybody || b === this.everybody) return this.everybody;
		if (a === this.nobody || a === b) return b;
		return b === this.nobody ? a : this.combined("or", a, b);
	}

	combined(word, a, b) {
		if (a.id > b.id) [a, b] = [b, a];
		return this.remembered(`${word} ${a.id} ${b.id}`, () => {
			const level = Math.min(a.level, b.level);
			const child = (set, place) => (set.level === level ? set.children[place] : set);
			const places = [...Array(this.questions[level].size).keys()];
			return this.node(
				level,
				places.map((place) => this[word](child(a, place), child(b, place))),
			);
		});
	}

	not(a) {
		if (a === this.nobody) return this.everybody;
		if (a === this.everybody) return this.nobody;
		return this.remembered(`not ${a.id}`, () =>
			this.node(
				a.level,
				a.children.map((child) => this.not(child)),
			),
		);
	}

	without(a, b) {
		return this.and(a, this.not(b));
	}

	/** Return the patients that are in a set once a fact may have any value. */
	whatever(set, fact) {
		return this.levels.get(fact).reduce((found, level) => this.freed(found, level), set);
	}

	freed(set, level) {
		if (set.level > level) return set;
		return this.remembered(`free ${level} ${set.id}`, () =>
			set.level === level
				? set.children.reduce((a, b) => this.or(a, b))
				: this.node(
						set.level,
						set.children.map((child) => this.freed(child, level)),
					),
		);
	}

	remembered(key, work) {
		let found = this.memory.get(key);
		if (!found) {
			if (this.memory.size >= 4 * MAX_DIAGRAM) throw new TooLarge();
			found = work();
			this.memory.set(key, found);
		}
		return found;
	}

	/** Return the patients for whom a condition holds. */
	patients(condition) {
		if (typeof condition === "number") return this.tested(this.book.tests[condition], condition);
		const [word, ...parts] = condition;
		const sets = parts.map((part) => this.patients(part));
		if (word === "not") return this.not(sets[0]);
		return word === "all"
			? sets.reduce((a, b) => this.and(a, b), this.everybody)
			: sets.reduce((a, b) => this.or(a, b), this.nobody);
	}

	tested(test, number) {
		const single = test.kind === "is" || test.kind === "within";
		return this.remembered(`test ${number}`, () => (single ? this.values(test) : this.members(test)));
	}

	values(test) {
		const [level] = this.levels.get(test.fact);
		const place = this.tests.get(test.fact).indexOf(test);
		return this.answering(level, (answer) => this.questions[level].classes[answer][place] === "1");
	}

	members(test) {
		const levels = this.levels.get(test.fact);
		const wanted = levels.filter(
			(level) => test.kind === "empty" || test.members.includes(this.questions[level].member),
		);
		const sets = wanted.map((level) => this.answering(level, (place) => place === 1));
		const some = sets.reduce((a, b) => this.or(a, b), this.nobody);
		if (test.kind === "includes") return sets.reduce((a, b) => this.and(a, b), this.everybody);
		const none = test.kind === "lacks" || (test.kind === "empty" && test.empty);
		return none ? this.not(some) : some;
	}

	/** Return the patients with these facts. */
	like(facts) {
		const known = (level) => facts.has(this.questions[level].fact);
		return [...this.questions.keys()].filter(known).reduce((found, level) => {
			const question = this.questions[level];
			const value = facts.get(question.fact);
			const answer = question.member
				? Number(value.includes(question.member))
				: question.classes.indexOf(question.sign(value));
			return this.and(
				found,
				this.answering(level, (place) => place === answer),
			);
		}, this.everybody);
	}
}

/** Return values of a fact, at least one of each group that the tests tell apart. */
function sampled(fact, tests) {
	if (fact.type === "boolean") return [false, true];
	if (fact.type === "choice") return fact.values.map(([name]) => name);
	const ends = tests.flatMap((test) => test.values ?? [test.min, test.max, test.above, test.below]);
	const limits = [fact.min ?? -LARGEST, fact.max ?? LARGEST, ...ends].filter((end) => end !== undefined);
	const sorted = once(limits).sort((a, b) => a - b);
	const whole = fact.type === "integer";
	const between = sorted.slice(1).map((end, place) => {
		const low = sorted[place];
		return whole ? Math.floor(low) + 1 : low + (end - low) / 2;
	});
	return [...sorted, ...between].filter((value) => accepts(fact, value));
}

/** Who gets what of a guideline, found out once. */
class Proof {
	constructor(book) {
		this.book = book;
		this.space = new Space(book);
		const barred = book.impossible.map((rule) => this.space.patients(rule.when));
		this.possible = this.space.not(barred.reduce((a, b) => this.space.or(a, b), this.space.nobody));
		this.reach = this.reached();
		this.outcomes = [...this.offers(), ...this.silent(), ...this.faults()].filter(
			([, who]) => who !== this.space.nobody,
		);
		const nodes = [...book.nodes.values()];
		const whens = nodes.flatMap((node) => [...node.next, ...node.offers].map((entry) => entry.when));
		const asked = new Set(whens.flatMap((when) => factsOf(book, when)));
		this.unasked = [...book.facts.keys()].filter((name) => !asked.has(name));
	}

	reached() {
		const { book, space } = this;
		const reach = new Map([[book.start, this.possible]]);
		for (const name of book.order) {
			for (const edge of book.nodes.get(name).next) {
				const taken = space.and(reach.get(name) ?? space.nobody, space.patients(edge.when));
				reach.set(edge.to, space.or(reach.get(edge.to) ?? space.nobody, taken));
			}
		}
		return reach;
	}

	at(name) {
		return this.reach.get(name) ?? this.space.nobody;
	}

	/** Return who gets an intervention in its best tier, and who is told to avoid it. */
	offers() {
		const { book, space } = this;
		const offered = new Map();
		for (const [name, node] of book.nodes) {
			for (const { intervention, tier, when } of node.offers) {
				const key = `${tier} ${intervention}`;
				const who = space.and(this.at(name), space.patients(when));
				offered.set(key, space.or(offered.get(key) ?? space.nobody, who));
			}
		}
		const better = new Map();
		const rows = [];
		for (const tier of TIERS) {
			for (const name of book.interventions.keys()) {
				const who = offered.get(`${tier} ${name}`);
				if (!who) continue;
				const ahead = tier === "avoid" ? space.nobody : (better.get(name) ?? space.nobody);
				const what =
					tier === "avoid" ? { what: "avoid", name, tier: null } : { what: "offer", name, tier };
				rows.push([what, space.without(who, ahead)]);
				better.set(name, space.or(ahead, who));
			}
		}
		return rows;
	}

	silent() {
		const nodes = [...this.book.nodes].filter(([, node]) => node.kind === "silent");
		return nodes.map(([name]) => [{ what: "silent", name, tier: null }, this.at(name)]);
	}

	faults() {
		const nodes = [...this.book.nodes].filter(([, node]) => node.kind === "decision");
		return nodes.map(([name, node]) => {
			const who = this.space.and(this.at(name), this.fails(node));
			return [{ what: "fault", name, tier: null }, who];
		});
	}

	fails(node) {
		const { space } = this;
		let [before, twice] = [space.nobody, space.nobody];
		for (const edge of node.next) {
			const taken = space.patients(edge.when);
			if (node.hit === "unique") twice = space.or(twice, space.and(before, taken));
			before = space.or(before, taken);
		}
		return space.or(space.not(before), twice);
	}

	/** Return those of the missing facts that can still change the outcome, and what each decides. */
	relevant(facts, missing) {
		const { space } = this;
		const here = space.and(this.possible, space.like(facts));
		if (here === space.nobody) return missing.map((fact) => ({ fact, decides: [] }));
		const open = this.outcomes
			.map(([what, who]) => ({ what, yes: space.and(here, who), no: space.without(here, who) }))
			.filter(({ yes, no }) => yes !== space.nobody && no !== space.nobody)
			.map(({ what, yes, no }) => ({ what, yes: this.told(yes), no: this.told(no) }));
		const rows = missing.map((fact) => ({
			fact,
			decides: open.filter(({ yes, no }) => this.decides(fact, yes, no)).map(({ what }) => what),
		}));
		const decided = rows.filter((row) => row.decides.length);
		if (decided.length || !open.length) return decided;
		return rows.map(({ fact }) => ({ fact, decides: open.map(({ what }) => what) }));
	}

	told(set) {
		return this.unasked.reduce((found, fact) => this.space.whatever(found, fact), set);
	}

	decides(fact, yes, no) {
		const { space } = this;
		if (space.and(space.whatever(yes, fact), space.whatever(no, fact)) !== space.nobody) return true;
		// Where facts depend on each other, nobody may differ in one alone; then one may settle it.
		for (const other of this.book.variables) {
			if (other !== fact) [yes, no] = [space.whatever(yes, other), space.whatever(no, other)];
		}
		return yes !== no;
	}
}

/**
 * Return which of the missing facts of a walk matter, and what each decides; null where the diagrams
 * grow too large to say.
 */
function relevant(book, walk) {
	const facts = new Map([...Object.entries(walk.assumed), ...Object.entries(walk.facts)]);
	const missing = walk.missing.map((row) => row.fact);
	if (!missing.length) return [];
	for (const proof of [book.proof, null]) {
		try {
			// What earlier patients left behind is let go where it fills the room.
			book.proof = proof ?? new Proof(book);
			return book.proof.relevant(facts, missing);
		} catch (error) {
			if (!(error instanceof TooLarge)) throw error;
			book.proof = null;
		}
	}
	return null;
}
