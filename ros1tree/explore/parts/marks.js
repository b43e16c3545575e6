// A reviewer's own marks.

const VERDICTS = { agreed: "Agreed", doubted: "Doubted" };

/** The marks of a reviewer on nodes and offers, kept in this browser and handed on as files. */
class Marks {
	constructor(book) {
		this.book = book;
		this.key = `ros1tree ${book.id} ${book.digest}`;
		this.kept = true;
		this.places = this.names();
		this.entries = new Map(this.stored());
	}

	stored() {
		try {
			const entries = JSON.parse(localStorage.getItem(this.key) ?? "[]");
			return entries.filter(
				([key, mark]) =>
					this.places.has(key) &&
					typeof mark.verdict === "string" &&
					typeof mark.comment === "string",
			);
		} catch {
			this.kept = false;
			return [];
		}
	}

	/** Return what can be marked: every node, and every offer as node and place. */
	names() {
		const names = [...this.book.nodes].flatMap(([name, { offers }]) => [
			name,
			...offers.map((_, place) => `${name}/${place}`),
		]);
		return new Set(names);
	}

	get(key) {
		return this.entries.get(key) ?? { verdict: "", comment: "" };
	}

	set(key, change) {
		if (this.kept) this.entries = new Map(this.stored()); // another tab may have marked something
		const entry = { ...this.get(key), ...change };
		if (entry.verdict || entry.comment) this.entries.set(key, entry);
		else this.entries.delete(key);
		this.keep();
	}

	keep() {
		try {
			localStorage.setItem(this.key, JSON.stringify([...this.entries]));
		} catch {
			this.kept = false;
		}
	}

	/** Return the marks in the order of the guideline, with all that a reader of a file needs. */
	rows() {
		return [...this.places]
			.filter((key) => this.entries.has(key))
			.map((key) => {
				const [node, place] = key.split("/");
				const offer = place === undefined ? null : this.book.nodes.get(node).offers[place];
				const what = offer && {
					offer: Number(place),
					intervention: offer.intervention,
					tier: offer.tier,
				};
				return { node, ...what, ...this.get(key) };
			});
	}

	json() {
		const { id, version, digest } = this.book;
		return `${JSON.stringify({ guideline: { id, version, digest }, marks: this.rows() }, null, 2)}\n`;
	}

	markdown() {
		const { title, id, version, digest } = this.book;
		const escaped = (text) =>
			text
				.replace(/[\\`*_{}[\]<>#|~@$&]/g, "\\$&")
				.replaceAll("://", "\\://")
				.replace(/\s+/g, " ");
		const lines = [`# Review of ${escaped(title)}`, "", `${id} ${escaped(version)}, ${digest}`];
		let node = null;
		for (const row of this.rows()) {
			if (row.node !== node)
				lines.push("", `## ${escaped(this.book.nodes.get(row.node).title)} (\`${row.node}\`)`, "");
			node = row.node;
			const what = row.intervention
				? `${escaped(this.book.interventions.get(row.intervention).title)} (${row.tier}, offer ${row.offer})`
				: "Node";
			lines.push(
				`- ${what}: **${row.verdict || "comment"}**${row.comment ? `. ${escaped(row.comment)}` : ""}`,
			);
		}
		return `${lines.join("\n")}\n`;
	}

	/** Take over the marks of a file; returns what there is to say of it. */
	read(text) {
		let data;
		try {
			data = JSON.parse(text);
			if (!Array.isArray(data.marks)) throw new SyntaxError("it holds no marks");
		} catch (error) {
			return `Not a review: ${error.message}. Export one from this page as JSON.`;
		}
		const lost = data.marks.filter((row) => !this.take(row));
		this.keep();
		const other =
			data.guideline?.digest === this.book.digest
				? ""
				: " The review was made of another version of this guideline: look at each mark anew.";
		const told = lost.map((row) =>
			[row?.node, row?.intervention, row?.verdict, row?.comment].filter(Boolean).join(", "),
		);
		return `${data.marks.length - lost.length} marks taken over.${lost.length ? ` ${lost.length} are of places that there are not here: ${told.join(" | ")}.` : ""}${other}`;
	}

	take(row) {
		const place = Number.isInteger(row?.offer) ? `/${row.offer}` : "";
		const key = `${row?.node}${place}`;
		const moved =
			place &&
			this.places.has(key) &&
			this.book.nodes.get(row.node).offers[row.offer].intervention +
				this.book.nodes.get(row.node).offers[row.offer].tier !==
				row.intervention + row.tier;
		if (!this.places.has(key) || moved) return false;
		const verdict = Object.hasOwn(VERDICTS, row.verdict) ? row.verdict : "";
		const comment = typeof row.comment === "string" ? row.comment : "";
		const own = this.entries.get(key);
		const same = !own || (own.verdict === verdict && own.comment === comment);
		// One's own mark stays; another's is written beside it.
		if (same) this.entries.set(key, { verdict, comment });
		else if (verdict || comment)
			this.entries.set(key, {
				...own,
				comment: [own.comment, `[imported: ${[verdict, comment].filter(Boolean).join(", ")}]`]
					.filter(Boolean)
					.join(" "),
			});
		return true;
	}
}
