// One patient through the guideline: what is certain, what is possible, what is missing.
//
// The same meaning and the same result as `ros1tree walk --json`; a test keeps them equal.

const TIERS = ["preferred", "recommended", "alternative", "consider", "avoid"];
const CERTAINTY = new Map([
	[true, "yes"],
	[false, "no"],
	[null, "maybe"],
]);

/** Walk a guideline with facts that were checked; returns the result under its names in JSON. */
function walked(book, facts) {
	return new Walker(book, facts).result();
}

/** Return texts, or whatever else, each once. */
function once(entries) {
	return [...new Set(entries)];
}

class Walker {
	constructor(book, facts) {
		this.book = book;
		this.facts = facts;
		this.values = withDefaults(book, facts);
		this.because = new Map();
		this.rank = new Map(book.order.map((name, place) => [name, place]));
		this.stops = this.trace();
		this.sure = this.stops.filter((stop) => stop.sure);
	}

	/** Return what a test says of the patient. */
	said(number) {
		const test = this.book.tests[number];
		const value = this.values.get(test.fact) ?? null;
		const held = truth(this.book, number, this.values);
		return { fact: test.fact, value, test: test.says, holds: CERTAINTY.get(held) };
	}

	finding(condition) {
		const unknown = factsOf(this.book, condition).filter((name) => !this.values.has(name));
		return {
			truth: truth(this.book, condition, this.values),
			tests: testsOf(condition),
			support: supportOf(this.book, condition, this.values),
			unknown,
		};
	}

	/** Follow every edge that is true or may be, from the start, in the order of the graph. */
	trace() {
		const certain = new Map([[this.book.start, []]]);
		const perhaps = new Map();
		const stops = [];
		for (const name of this.book.order) {
			const ways = certain.get(name) ?? perhaps.get(name);
			if (!ways) continue;
			const stop = this.stop(name, certain.has(name), ways);
			stops.push(stop);
			for (const { edge, finding } of stop.edges) {
				if (finding.truth === false) continue;
				const reached = stop.sure && finding.truth ? certain : perhaps;
				// What may be reached waits only as far back as nothing is certain yet.
				const before = stop.sure && !finding.truth ? null : stop;
				const way = { before, finding, rank: [this.rank.get(edge.to), this.rank.get(name)] };
				reached.set(edge.to, [...(reached.get(edge.to) ?? []), way]);
			}
		}
		return stops;
	}

	stop(name, sure, ways) {
		const node = this.book.nodes.get(name);
		const edges = node.next.map((edge) => ({ edge, finding: this.finding(edge.when) }));
		const given = node.offers.map((offer, place) => {
			const finding = this.finding(offer.when);
			const held = finding.truth === false ? false : sure ? finding.truth : null;
			return { name, node, place, offer, finding, held };
		});
		return { name, node, sure, ways, edges, given };
	}

	/** Return what the edges on the ways to a node say, in the order of the graph. */
	path(stop) {
		const seen = new Set();
		const ways = new Map();
		const agenda = [stop];
		while (agenda.length) {
			const here = agenda.pop();
			if (here === null || seen.has(here)) continue;
			seen.add(here);
			for (const way of here.ways) {
				ways.set(way.rank.join(), way);
				agenda.push(way.before);
			}
		}
		const ranked = [...ways.values()].sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1]);
		return ranked.map((way) => way.finding);
	}

	result() {
		const recommended = this.recommended();
		const barred = this.barred();
		const tiers = new Map(recommended.map((row) => [row.intervention, TIERS.indexOf(row.tier)]));
		const bars = new Set(barred.map((row) => row.intervention));
		const missing = this.missing();
		const faults = this.sure.flatMap((stop) => this.fault(stop));
		const silent = this.sure.filter((stop) => stop.node.kind === "silent");
		const notes = this.sure.flatMap((stop) => this.notes(stop));
		return {
			guideline: { id: this.book.id, version: this.book.version, digest: this.book.digest },
			facts: Object.fromEntries(this.facts),
			assumed: Object.fromEntries([...this.values].filter(([name]) => !this.facts.has(name))),
			status: statusOf(faults, missing, silent),
			steps: this.stops.map((stop) => this.step(stop)),
			recommendations: recommended,
			possible: this.possible(tiers, bars),
			avoid: barred,
			notes,
			missing,
			conflicts: [...tiers.keys()].filter((name) => bars.has(name)),
			faults,
			not_covered: silent.map(({ name, node }) => ({ node: name, title: node.title })),
			cautions: this.cautions(recommended, barred, notes),
		};
	}

	step(stop) {
		const edges = stop.edges.map(({ edge, finding }) => ({
			to: edge.to,
			taken: CERTAINTY.get(stop.sure || finding.truth === false ? finding.truth : null),
			because: finding.tests.map((test) => this.said(test)),
		}));
		const reached = stop.sure ? "yes" : "maybe";
		return { node: stop.name, kind: stop.node.kind, title: stop.node.title, reached, edges };
	}

	/** Return the certain offers by intervention, of those that bar or of the others. */
	groups(bars) {
		const groups = new Map();
		for (const given of this.sure.flatMap((stop) => stop.given)) {
			if (given.held !== true || (given.offer.tier === "avoid") !== bars) continue;
			const name = given.offer.intervention;
			groups.set(name, [...(groups.get(name) ?? []), given]);
		}
		return [...groups.values()];
	}

	recommended() {
		const rank = (given) => TIERS.indexOf(given.offer.tier);
		const ranked = this.groups(false).map((group) => group.sort((a, b) => rank(a) - rank(b)));
		return ranked.sort((a, b) => rank(a[0]) - rank(b[0])).map((group) => this.recommendation(group));
	}

	recommendation(group) {
		const best = group[0];
		const name = best.offer.intervention;
		const stop = this.sure.find((one) => one.name === best.name);
		const tests = [...this.path(stop).flatMap((way) => way.support), ...best.finding.support];
		const same = group.filter((given) => given.offer.tier === best.offer.tier);
		const nodes = once(group.map((given) => given.name));
		const figures = nodes.flatMap((node) => this.book.nodes.get(node).evidence);
		return {
			intervention: name,
			title: this.book.interventions.get(name).title,
			tier: best.offer.tier,
			node: best.name,
			nodes,
			wording: joined(same.map((given) => given.offer.wording)),
			reason: joined(group.map((given) => given.offer.because)),
			because: once(tests).map((test) => this.said(test)),
			cites: once(group.flatMap((given) => given.offer.cites)),
			evidence: unequal(figures.filter((figure) => figure.intervention === name)),
		};
	}

	barred() {
		return this.groups(true).map((group) => ({
			intervention: group[0].offer.intervention,
			title: this.book.interventions.get(group[0].offer.intervention).title,
			node: group[0].name,
			nodes: once(group.map((given) => given.name)),
			wording: joined(group.map((given) => given.offer.wording)),
			reason: joined(group.map((given) => given.offer.because)),
			cites: once(group.flatMap((given) => given.offer.cites)),
		}));
	}

	/** Return the offers that are unknown and would add something to what is certain. */
	possible(tiers, bars) {
		const adds = ({ intervention, tier }) =>
			tier === "avoid"
				? !bars.has(intervention)
				: TIERS.indexOf(tier) < (tiers.get(intervention) ?? TIERS.length);
		const open = (stop) => stop.given.filter((given) => given.held === null && adds(given.offer));
		return this.stops.flatMap((stop) => open(stop).map((given) => this.opened(stop, given)));
	}

	opened(stop, given) {
		const ways = stop.sure ? [] : this.path(stop).filter((way) => way.truth === null);
		const own = given.finding.truth === null ? given.finding.unknown : [];
		return {
			intervention: given.offer.intervention,
			tier: given.offer.tier,
			node: stop.name,
			depends_on: once([...ways.flatMap((way) => way.unknown), ...own]),
		};
	}

	missing() {
		const asked = new Map();
		for (const stop of this.sure) {
			const open = [...stop.edges, ...stop.given].filter(({ finding }) => finding.truth === null);
			for (const fact of once(open.flatMap(({ finding }) => finding.unknown))) {
				asked.set(fact, [...(asked.get(fact) ?? []), stop.name]);
			}
		}
		const question = (fact) => this.book.facts.get(fact).question ?? null;
		return [...asked].map(([fact, nodes]) => ({ fact, question: question(fact), asked_by: nodes }));
	}

	fault(stop) {
		if (stop.node.kind !== "decision") return [];
		const taken = stop.edges.filter(({ finding }) => finding.truth).map(({ edge }) => edge.to);
		if (stop.edges.every(({ finding }) => finding.truth === false)) {
			return [{ node: stop.name, fault: "gap", edges: [] }];
		}
		const many = stop.node.hit === "unique" && taken.length > 1;
		return many ? [{ node: stop.name, fault: "overlap", edges: taken }] : [];
	}

	notes(stop) {
		const held = stop.node.notes.filter((note) => truth(this.book, note.when, this.values));
		return held.map((note) => ({
			node: stop.name,
			says: note.says,
			facts: factsOf(this.book, note.when),
			cites: note.cites,
		}));
	}

	/** Return what the check of the facts found against the statements on which all this rests. */
	cautions(recommended, barred, notes) {
		const figures = (row) => row.evidence.flatMap((figure) => figure.cites);
		const cites = [
			...recommended.flatMap((row) => [...row.cites, ...figures(row)]),
			...[...barred, ...notes].flatMap((row) => row.cites),
		];
		return once(cites).flatMap((name) => {
			const says = this.book.statements.get(name)?.caution;
			return says ? [{ statement: name, says }] : [];
		});
	}
}

function statusOf(faults, missing, silent) {
	if (faults.length) return "fault";
	return missing.length ? "incomplete" : silent.length ? "not_covered" : "complete";
}

function joined(texts) {
	return once(texts.filter(Boolean)).join("; ") || null;
}

function unequal(figures) {
	return [...new Map(figures.map((figure) => [JSON.stringify(figure), figure])).values()];
}
