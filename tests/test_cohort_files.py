"""Files of patients, in and out, and the command: what it prints, and what it leaves behind."""

import errno
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import populations
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from conftest import Golden
from test_cohort import PATIENTS

import ros1tree
from ros1tree import cli
from ros1tree.cohort import read, stream
from ros1tree.cohort.write import Writer

Row = dict[str, Any]

CSV = """id,ros1,metastatic,prior_therapies,progressed_on,ecog_performance_status,note
007,present,true,[],none,1,"a ""quoted"", text"
8,present,true,"crizotinib, ceritinib",crizotinib,2.0,"two
lines"
9,absent,,,,,
10,presnt,yes,crizotinb,none,seven,
"""


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli.cli, ["cohort", *map(str, args)])


@pytest.fixture
def people(guideline: ros1tree.Guideline) -> Any:
    table = populations.table(guideline, [PATIENTS[place % len(PATIENTS)] for place in range(100)])
    return table.append_column("id", pa.array(range(100)))


def write(table: Any, path: Path) -> Path:
    match path.suffix:
        case ".parquet":
            pq.write_table(table, path, row_group_size=30)
        case ".jsonl":
            lines = [{k: v for k, v in row.items() if v is not None} for row in table.to_pylist()]
            path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        case ".arrow":
            with pa.ipc.new_file(path, table.schema) as file:
                file.write_table(table, max_chunksize=7)
        case _:
            with pa.ipc.new_stream(path, table.schema) as file:
                file.write_table(table)
    return path


def read_back(path: Path) -> Any:
    if path.suffix == ".parquet":
        return pq.read_table(path)
    with pa.memory_map(str(path)) as mapped:
        return pa.ipc.open_file(mapped).read_all()


@pytest.mark.parametrize("source", ["p.parquet", "p.arrow", "p.feather", "p.jsonl"])
@pytest.mark.parametrize("output", ["o.parquet", "o.arrow"])
def test_every_file_says_what_the_table_says(
    guideline: ros1tree.Guideline, people: Any, tmp_path: Path, source: str, output: str
) -> None:
    path = write(people, tmp_path / source)
    done = run(path, "-o", tmp_path / output)
    assert (done.exit_code, done.stderr) == (1, f"wrote {tmp_path / output}\n")
    found = read_back(tmp_path / output)
    assert found.column_names[0] == "id"
    assert found.to_pylist() == ros1tree.cohort(guideline, people).to_pylist()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted({source, output})


def test_a_folder_and_a_glob_are_read_in_the_order_of_names(
    guideline: ros1tree.Guideline, people: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    write(people.slice(60), folder / "b.parquet")
    write(people.slice(0, 60), folder / "a.parquet")
    expected = ros1tree.cohort(guideline, people).to_pylist()
    for source in (folder, folder / "*.parquet"):
        assert run(source, "-o", tmp_path / "o.parquet").exit_code == 1
        assert pq.read_table(tmp_path / "o.parquet").to_pylist() == expected


def test_a_csv_is_read_by_the_types_of_the_facts(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(CSV, encoding="utf-8")
    out = tmp_path / "o.csv"
    done = run(path, "-o", out, "--map", "ros1=ros1_rearrangement", "--select", "status",
               "--select", "lorlatinib", "--select", "missing", "--select", "problems")  # fmt: skip
    assert done.exit_code == 1
    texts = pyarrow.csv.ConvertOptions(default_column_type=pa.string(), strings_can_be_null=True)
    rows = pyarrow.csv.read_csv(
        out,
        convert_options=texts,
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
    ).to_pylist()
    assert [row["id"] for row in rows] == ["007", "8", "9", "10"]
    assert [row["note"] for row in rows] == ['a "quoted", text', "two\nlines", None, None]
    assert [row["status"] for row in rows] == ["incomplete", "incomplete", "not_covered", "invalid"]
    assert rows[0]["missing"] == "targeted_therapy_feasible"
    assert rows[1]["missing"] == "plasma_testing,progression_pattern"
    assert rows[3]["problems"].split("; ") == [
        "ros1_rearrangement: presnt is not allowed",
        "metastatic: yes is not allowed",
        "prior_therapies: crizotinb is not allowed",
        "ecog_performance_status: seven is not allowed",
    ]


def test_what_a_csv_says_is_what_fact_says(guideline: ros1tree.Guideline, tmp_path: Path) -> None:
    values = {
        "metastatic": ["true", "True", "false", "FALSE"],
        "ecog_performance_status": ["0", "2.0", "4", "1e0"],
        "progression_pattern": ["cns", "cns,limited", "[]", "[cns, limited]"],
    }
    for name, texts in values.items():
        path = tmp_path / "p.csv"
        path.write_text("".join([name + "\n", *(f'"{text}"\n' for text in texts)]))
        run(path, "-o", tmp_path / "o.parquet", "--select", "status", "--select", "problems")
        for row, text in zip(pq.read_table(tmp_path / "o.parquet").to_pylist(), texts, strict=True):
            assert row["problems"] is None
            plain = text.strip("[]").replace(" ", "") if name == "progression_pattern" else text
            facts = ros1tree.read_facts(guideline, None, [f"{name}={plain}"])
            assert row["status"] == ros1tree.walk(guideline, facts).status


def test_numbers_of_a_csv(tmp_path: Path) -> None:
    text = Path(__file__).parent / "guidelines/espresso.yaml"
    espresso = ros1tree.load(text)
    numbers = ["1", "7.5", "x", "", "nan", "-3", "0x10"]
    path = tmp_path / "p.csv"
    path.write_text("".join(["id,pressure\n", *(f"{i},{n}\n" for i, n in enumerate(numbers))]))
    found = stream(espresso, path, (tmp_path / "o.parquet", "parquet"))
    assert [(row.value, row.patients) for row in found.refused] == [("-3", 1), ("nan", 1), ("x", 1)]
    assert pq.read_table(tmp_path / "o.parquet")["id"].to_pylist() == list(map(str, range(7)))


def test_no_rows(guideline: ros1tree.Guideline, people: Any, tmp_path: Path) -> None:
    for name in ("p.parquet", "p.arrow"):
        write(people.slice(0, 0), tmp_path / name)
        assert run(tmp_path / name, "-o", tmp_path / "o.parquet").exit_code == 0
        found = pq.read_table(tmp_path / "o.parquet")
        assert len(found) == 0
        assert found.column_names == ros1tree.cohort(guideline, people).column_names
    (tmp_path / "p.csv").write_text("metastatic\n")
    assert run(tmp_path / "p.csv", "-o", tmp_path / "o.csv").exit_code == 0


def broken(folder: Path, people: Any) -> Iterator[tuple[list[str | Path], str]]:
    """Commands that cannot run, and what each says."""
    yield [folder / "none.csv"], f"{folder}/none.csv: No such file or directory"
    yield (
        [write(people, folder / "p.parquet").rename(folder / "p.txt")],
        "no format 'txt'; allowed:",
    )
    path = write(people, folder / "t.parquet")
    path.write_bytes(path.read_bytes()[:-40])
    yield [path], f"{path}: cannot be read: "
    path = write(people, folder / "m.parquet")
    data = bytearray(path.read_bytes())
    data[200:2000] = b"x" * 1800
    path.write_bytes(bytes(data))
    yield [path], f"{path}: cannot be read: "
    path = write(people, folder / "t.arrow")
    path.write_bytes(path.read_bytes()[:300])
    yield [path], f"{path}: cannot be read: "
    path = folder / "t.csv"
    path.write_text("metastatic,x\ntrue\n")
    yield [path], f"{path}: cannot be read: CSV parse error: "
    path = folder / "e.csv"
    path.write_text("")
    yield [path], f"{path}: cannot be read: Empty CSV file"
    path = folder / "t.jsonl"
    path.write_text('{"metastatic": true}\n{"metastatic": 1}\n')
    yield [path], f"{path}: cannot be read: JSON parse error"
    path = folder / "no_fact.csv"
    path.write_text("x\n1\n")
    yield [path], f"{path}: no column is a fact of this guideline; known: ros1_rearrangement"
    empty = folder / "empty"
    empty.mkdir()
    yield [empty], f"{empty}: no file; name a file, or a folder of Parquet"
    good = write(people, folder / "good.parquet")
    yield [good, "-o", folder / "o.xlsx"], "no format 'xlsx'; allowed: parquet, csv, arrow"
    yield [good, "--summary", folder / "s.txt"], "no format 'txt'; allowed: md, json"
    yield [good, "--map", "x"], "--map x: has no '='; write column=fact"
    yield [good, "-o", folder / "o.csv", "--select", "statu"], "no output column 'statu'"
    yield [good, "-o", folder / "none" / "o.csv"], f"{folder}/none/o.csv: No such file or directory"


def test_what_cannot_be_run_is_told_in_a_line_and_leaves_nothing(
    people: Any, tmp_path: Path
) -> None:
    for command, text in broken(tmp_path, people):
        before = sorted(p.name for p in tmp_path.iterdir())
        done = run(*command)
        assert (done.exit_code, done.stdout) == (2, ""), command
        assert done.stderr.startswith(text), (command, done.stderr)
        assert done.stderr.count("\n") == 1, command
        assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_files_that_differ_are_named(people: Any, tmp_path: Path) -> None:
    write(people, tmp_path / "a.parquet")
    write(people.drop_columns(["metastatic"]), tmp_path / "b.parquet")
    done = run(tmp_path)
    assert done.exit_code == 2
    assert done.stderr == (
        f"{tmp_path}/b.parquet metastatic: the column is not there, and bool in a.parquet;"
        " give all files the same columns\n"
    )


def test_a_full_disk_and_an_interrupt_leave_nothing(
    people: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = write(people, tmp_path / "p.parquet"), tmp_path / "o.parquet"
    out.write_text("before")
    write_rows = Writer.write

    def full(writer: Writer, table: Any) -> None:
        write_rows(writer, table)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def interrupted(writer: Writer, table: Any) -> None:
        write_rows(writer, table)
        raise KeyboardInterrupt

    for failing, text in (
        (full, f"{out}: No space left on device\n"),
        (interrupted, "interrupted; nothing was written\n"),
    ):
        monkeypatch.setattr(Writer, "write", failing)
        done = run(path, "-o", out)
        assert (done.exit_code, done.stderr) == (2, text)
        assert out.read_text() == "before"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["o.parquet", "p.parquet"]


def test_a_real_interrupt_ends_in_a_line(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys, threading\n"
        "from ros1tree import cli, cohort\n"
        "threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "sys.argv = ['ros1tree', 'cohort', sys.argv[1], '-o', sys.argv[2]]\n"
        "cli.main()\n"
    )
    path, out = tmp_path / "p.csv", tmp_path / "o.csv"
    path.write_text("metastatic\n" + "true\n" * 6_000_000)
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(out)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "interrupted; nothing was written\n")
    assert [p.name for p in tmp_path.iterdir()] == ["p.csv"]


def test_the_population_is_printed_and_summarised(
    guideline: ros1tree.Guideline, people: Any, tmp_path: Path, golden: Golden
) -> None:
    path = write(people, tmp_path / "p.parquet")
    done = CliRunner(env={"COLUMNS": "80"}).invoke(
        cli.cli, ["cohort", str(path), "--summary", str(tmp_path / "s.md")]
    )
    assert done.exit_code == 1
    golden.check("cohort.txt", done.stdout)
    golden.check("cohort.md", (tmp_path / "s.md").read_text(encoding="utf-8"))
    told = run(path, "--json", "--summary", tmp_path / "s.json").stdout
    assert ros1tree.Population.from_json(told) == ros1tree.population(guideline, people)
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == told
    for source in (path, tmp_path / "s.json"):
        svg = tmp_path / "o.txt"
        drawn = CliRunner().invoke(cli.cli, ["draw", "--cohort", str(source), "-o", str(svg)])
        assert drawn.exit_code == 0
        assert "100 patients" in svg.read_text(encoding="utf-8")
    (tmp_path / "bad.json").write_text("{}")
    done = CliRunner().invoke(
        cli.cli, ["draw", "--cohort", str(tmp_path / "bad.json"), "-o", "x.svg"]
    )
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{tmp_path}/bad.json: not a population: ")


def test_a_column_that_nearly_is_a_fact_is_named(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("metastatic,brain_mets\ntrue,true\n")
    done = run(tmp_path / "p.csv")
    assert done.exit_code == 0
    assert (
        done.stderr
        == "brain_mets: passed on, for it is no fact; did you mean 'brain_metastases'?\n"
    )


def test_a_part_of_the_outputs_needs_an_output(people: Any, tmp_path: Path) -> None:
    done = run(write(people, tmp_path / "p.parquet"), "--select", "status")
    assert done.exit_code == 2
    assert "--select is for -o" in done.stderr


def test_a_csv_cannot_have_a_column_of_structs(tmp_path: Path) -> None:
    table = pa.table({"metastatic": [True], "more": [{"a": 1}]})
    done = run(write(table, tmp_path / "p.parquet"), "-o", tmp_path / "o.csv")
    assert done.exit_code == 2
    assert done.stderr == (
        "-o more: the column is struct<a: int64>, which a CSV cannot have;"
        " write .parquet or .arrow\n"
    )


def test_memory_stays_bounded(people: Any, tmp_path: Path) -> None:
    peaks = []
    for times in (40_000, 120_000):  # four and twelve million rows
        path = tmp_path / f"{times}.parquet"
        with pq.ParquetWriter(path, people.schema) as file:
            block = pa.concat_tables([people] * 10_000).combine_chunks()
            for _ in range(times // 10_000):
                file.write_table(block)
        code = (
            "import resource, sys, ros1tree\nfrom pathlib import Path\n"
            "from ros1tree.cohort import stream\n"
            "found = stream(ros1tree.load('ros1-nsclc'), sys.argv[1],"
            " (Path(sys.argv[2]), 'parquet'), select=['status', 'missing'])\n"
            "print(found.patients, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
        )
        command = [sys.executable, "-c", code, str(path), str(tmp_path / "o.parquet")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        patients, peak = map(int, done.stdout.split())
        assert patients == times * 100
        peaks.append(peak)
    assert peaks[1] < peaks[0] * 1.25


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_tables_of_other_libraries(
    guideline: ros1tree.Guideline, people: Any, library: str
) -> None:
    module = pytest.importorskip(library) if not os.environ.get("CI") else __import__(library)
    columns = people.drop_columns(["ecog_performance_status"])
    table = columns.to_pandas() if library == "pandas" else module.from_arrow(columns)
    found = ros1tree.cohort(guideline, table)
    assert found["status"].to_pylist() == ros1tree.cohort(guideline, columns)["status"].to_pylist()


def test_a_relation_of_duckdb(guideline: ros1tree.Guideline, people: Any) -> None:
    import duckdb  # noqa: PLC0415 - one test

    connection = duckdb.connect()
    connection.register("people", people)
    relation = connection.sql("SELECT * FROM people ORDER BY id")
    expected = ros1tree.cohort(guideline, people)["status"].to_pylist()
    assert ros1tree.cohort(guideline, relation)["status"].to_pylist() == expected


def test_a_quote_that_is_never_closed_is_no_end(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text('metastatic,id\ntrue,1\ntrue,"5\nfalse,3\n')
    done = run(path)
    assert (done.exit_code, done.stderr) == (
        2,
        f"{path}: a quote is never closed, and what follows would be lost;"
        ' write a quote in a text as ""\n',
    )


def test_a_column_of_later_files_alone_is_named(people: Any, tmp_path: Path) -> None:
    write(people.drop_columns(["metastatic"]), tmp_path / "a.parquet")
    write(people, tmp_path / "b.parquet")
    done = run(tmp_path)
    assert done.exit_code == 2
    assert "b.parquet metastatic: the column is bool, and not there in a.parquet" in done.stderr


def test_files_that_differ_in_what_may_be_null_are_alike(people: Any, tmp_path: Path) -> None:
    write(people, tmp_path / "a.parquet")
    fields = [field.with_nullable(field.name != "id") for field in people.schema]
    write(people.cast(pa.schema(fields)), tmp_path / "b.parquet")
    assert run(tmp_path, "-o", tmp_path / "o.arrow").exit_code == 1
    assert len(read_back(tmp_path / "o.arrow")) == 2 * len(people)


def test_a_damaged_arrow_file_is_an_error_and_no_crash(people: Any, tmp_path: Path) -> None:
    path = write(people, tmp_path / "p.arrow")
    whole = path.read_bytes()
    codes = []
    for place in range(400, len(whole), len(whole) // 8):
        path.write_bytes(whole[:place] + b"\xee" * 60 + whole[place + 60 :])
        command = [sys.executable, "-m", "ros1tree", "cohort", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        codes.append(done.returncode)
        assert "Traceback" not in done.stderr
        assert done.returncode != 2 or done.stderr.startswith(f"{path}: cannot be read: ")
    assert set(codes) <= {1, 2}  # values that are damaged may still be values, of invalid rows
    assert 2 in codes


def test_an_empty_line_is_a_row_where_there_is_one_column(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("metastatic\ntrue\n\nfalse\n")
    found = json.loads(run(tmp_path / "p.csv", "--json").stdout)
    assert found["patients"] == 3


def test_a_field_of_spaces_is_unknown(guideline: ros1tree.Guideline, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "ros1_rearrangement,prior_therapies,metastatic,ecog_performance_status\n , , , \n absent ,,,\n"
    )
    found = stream(guideline, tmp_path / "p.csv")
    assert (found.status["incomplete"], found.status["not_covered"]) == (1, 1)


def test_a_csv_that_is_not_utf_8(tmp_path: Path) -> None:
    for text in (b"metastatic,caf\xe9\ntrue,1\n", b"metastatic,x\ntrue,caf\xe9\n"):
        (tmp_path / "p.csv").write_bytes(text)
        done = run(tmp_path / "p.csv", "-o", tmp_path / "o.csv")
        assert done.exit_code == 2
        assert done.stderr.startswith(f"{tmp_path}/p.csv: cannot be read: ")


def test_a_column_that_comes_late_in_json_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "BYTES", 1 << 10)
    lines = ['{"metastatic": true}'] * 200 + ['{"histology": "squamous"}', '{"note": 1}']
    (tmp_path / "p.jsonl").write_text("\n".join(lines[:201]) + "\n")
    assert run(tmp_path / "p.jsonl").exit_code == 0
    (tmp_path / "p.jsonl").write_text("\n".join(lines) + "\n")
    done = run(tmp_path / "p.jsonl")
    assert done.exit_code == 2
    assert done.stderr.endswith("every column must stand in one of the first rows\n")


def test_what_a_format_cannot_hold_is_told(tmp_path: Path) -> None:
    lists = pa.table({"metastatic": [True], "more": [["a,b", None]]})
    done = run(write(lists, tmp_path / "p.parquet"), "-o", tmp_path / "o.csv")
    assert done.stderr.startswith("-o more: the column is list<")
    span = pa.array([(1, 2, 3)], pa.month_day_nano_interval())
    table = pa.table({"metastatic": [True], "more": span})
    done = run(write(table, tmp_path / "p.arrow"), "-o", tmp_path / "o.parquet")
    assert done.exit_code == 2
    assert done.stderr.startswith("-o: cannot be written as parquet: ")


def test_folders_that_are_not_there_are_told_before_any_work(people: Any, tmp_path: Path) -> None:
    path = write(people, tmp_path / "p.parquet")
    done = run(path, "-o", tmp_path / "o.csv", "--summary", tmp_path / "no" / "s.md")
    assert (done.exit_code, done.stderr) == (2, f"{tmp_path}/no/s.md: No such file or directory\n")
    assert not (tmp_path / "o.csv").exists()


def test_a_terminal_sees_rows_and_the_time_left_and_a_pipe_nothing(
    people: Any, tmp_path: Path
) -> None:
    path = write(people, tmp_path / "p.parquet")
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "ros1tree", "cohort", str(path), "--json"]
    env = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=slave, env=env, check=False)
    os.close(slave)
    shown = os.read(master, 100_000).decode()
    os.close(master)
    assert json.loads(done.stdout)["patients"] == 100
    assert "100 rows" in shown
    assert "/s" in shown
    assert run(path, "--json").stderr == ""


def test_a_quote_inside_a_field_is_a_quote(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text('id,note,metastatic\n1,5" tall,true\n2,,false\n')
    assert run(tmp_path / "p.csv", "-o", tmp_path / "o.arrow").exit_code == 0
    assert read_back(tmp_path / "o.arrow")["note"].to_pylist() == ['5" tall', None]


def test_the_patients_are_not_replaced_by_the_answers(people: Any, tmp_path: Path) -> None:
    path = write(people, tmp_path / "p.parquet")
    (tmp_path / "link.parquet").symlink_to(path)
    for output in (path, tmp_path / "link.parquet"):
        done = run(path, "-o", output)
        assert done.exit_code == 2
        assert done.stderr == (
            f"{output} holds the patients, which would be lost; name another file\n"
        )
    assert pq.read_table(path).column_names == people.column_names


def test_a_column_called_problems_passes_where_problems_are_not_asked(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("problems,metastatic\nnone,true\n")
    done = run(tmp_path / "p.csv", "--select", "status", "-o", tmp_path / "o.csv")
    assert done.exit_code == 0
    assert (tmp_path / "o.csv").read_text() == '"problems","status"\n"none","incomplete"\n'


def test_json_lines_of_another_subject_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text('{"metastatc": true}\n')
    done = run(tmp_path / "p.jsonl")
    assert (done.exit_code, done.stderr) == (
        2,
        f"{tmp_path}/p.jsonl: no column is a fact of this guideline; did you mean 'metastatic'?\n",
    )


def test_a_long_name_is_a_name(people: Any, tmp_path: Path) -> None:
    path = write(people, tmp_path / "p.parquet")
    name = "\N{LATIN SMALL LETTER E WITH ACUTE}" * 120 + ".csv"
    assert run(path, "-o", tmp_path / name).exit_code == 1
    assert (tmp_path / name).exists()
