"""Whatever happens to the index, the answer is that of the files."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from whoosh.writing import PostingPool

from built_once import built_once
from law_examples import part
from plaintickets.actions.duplicates import Finder
from plaintickets.actions.ticket_source import TicketSource, open_index
from plaintickets.core.similar import Entry
from plaintickets.search.changes import MOST_SEGMENTS, SMALL
from plaintickets.search.folder import FolderError, IndexFolder
from plaintickets.search.index import Index
from plaintickets.search.storage import ChecksummedStorage, DamagedError, sealed, unsealed
from plaintickets.search.words import Finder as WordFinder
from prefork.start import quick
from search_store import make_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plaintickets.project import Project
    from search_store import Store

COMMAND = [sys.executable, "-c", "from plaintickets.cli import main; main()"]
WORDS = ["parser", "crash", "window", "memory", "leak", "файл", "ошибка", "内存", "泄漏"]
WORDS += ["createWindow", "v3.2.1", "écran"]
QUERIES = ["parser", "crash OR leak", '"memory leak"', "wind*", "crahs~", "title:crash", "內 OR 内存", "crsh"]
QUERIES += ["-parser"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path)


@pytest.fixture
def filled(store: Store) -> Store:
    chance = random.Random(5)
    for number in range(15):
        title, body = (" ".join(chance.choices(WORDS, k=count)) for count in (4, 25))
        store.write(f"a-{number:02}", title, body)
    return store


@pytest.fixture
@built_once
def indexed(filled: Store) -> Store:
    """A store whose index is there and up to date."""
    answers(filled)
    return filled


def answers(store: Store) -> list[object]:
    with Finder(store.project()) as finder:
        finder.refresh()
        alike = finder.similar(Entry("", "parser crash window", "memory leak"), 10), finder.clusters(0.2)
    return [alike, *(store.ask(query, limit=0) for query in QUERIES)]


def glanced(store: Store) -> None:
    """Open all that a search and the proposal of duplicates open, and ask each for one answer."""
    with Finder(store.project()) as finder:
        finder.refresh()
        finder.similar(Entry("", "parser crash window", "memory leak"), 10)
    store.ask("parser", limit=0)


_EXPECTED: dict[frozenset[tuple[str, bytes]], list[object]] = {}  # by the tickets' files: the answers


def expected(store: Store, tmp_path: Path) -> list[object]:
    """What a store with the same files and no index answers."""
    paths = [path for path in store.tickets.rglob("*") if path.is_file()]
    files = frozenset((str(path.relative_to(store.tickets)), path.read_bytes()) for path in paths)
    if files not in _EXPECTED:
        _EXPECTED[files] = fresh(store, tmp_path)
    return _EXPECTED[files]


def fresh(store: Store, tmp_path: Path) -> list[object]:
    other = type(store)(tmp_path / "other", store.home)
    shutil.rmtree(other.folder, ignore_errors=True)
    shutil.copytree(store.folder, other.folder, ignore=shutil.ignore_patterns("plaintickets"))
    return answers(other)


def segments(store: Store) -> list[str]:
    return sorted(path.name for path in store.index.iterdir() if path.suffix in {".trm", ".pst", ".col", ".lex"})


def written(store: Store) -> list[Path]:
    return [path for path in store.index.iterdir() if path.name != "lock" and path.stat().st_size]


def kind_of(path: Path) -> str:
    """What a file of the index is, without the random part of its name."""
    return re.sub(r"_\w+", "", path.name)


def plain(found: list[object]) -> str:
    return repr(found)


def quiet(_done: int, _total: int) -> None:
    return None


def opened(tracker: Project) -> Index:
    return open_index(tracker, TicketSource(tracker, quiet))


def test_a_search_makes_the_index_and_keeps_it_for_the_user_alone(filled: Store) -> None:
    before = plain(answers(filled))
    assert filled.index.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in filled.index.iterdir()} == {0o600}
    shutil.rmtree(filled.index.parent)
    assert plain(answers(filled)) == before


def test_nothing_that_writes_tickets_touches_the_index(filled: Store) -> None:
    filled.ask("parser")
    kept = {path.name: path.stat().st_mtime_ns for path in filled.index.iterdir()}
    filled.tk("new", "Basilisk", "--no-commit")
    filled.tk("set", "a-01", "priority=1", "--no-commit")
    assert {path.name: path.stat().st_mtime_ns for path in filled.index.iterdir()} == kept
    assert len(filled.found("basilisk")) == 1


def test_every_change_of_the_files_is_seen(filled: Store, tmp_path: Path) -> None:
    chance = random.Random(1)
    filled.ask("parser")
    for step in range(90):
        name = f"a-{chance.randrange(40):02}"
        if chance.random() < 0.25:
            (filled.tickets / f"{name}.md").unlink(missing_ok=True)
        else:
            filled.write(name, chance.choice(WORDS), " ".join(chance.choices(WORDS, k=9)))
        if step % 6 == 0:
            filled.found("parser")
        if step % 30 == 29:
            assert plain(answers(filled)) == plain(expected(filled, tmp_path))


def test_a_change_that_keeps_size_and_time_is_seen(filled: Store) -> None:
    path = filled.write("b-1", "basilisk one")
    for title in ("basilisk two", "basilisk six") * 20:
        state = path.stat()
        filled.write("b-1", title)
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
        assert filled.found(title.replace(" ", " AND ")) == ["b-1"]


def test_a_status_change_indexes_nothing_anew(filled: Store) -> None:
    filled.ask("parser")
    parts = segments(filled)
    for path in filled.tickets.iterdir():
        path.write_text(path.read_text().replace("status: open", "status: closed"))
    assert filled.ask("parser").total == filled.ask("parser is:closed").total > 0
    assert segments(filled) == parts


def test_many_single_changes_leave_few_parts(store: Store) -> None:
    for number in range(3 * SMALL):
        store.write(f"a-{number:03}", f"Basilisk {number}")
        if number % 3 == 0:
            store.found("basilisk")
    index = opened(store.project())
    assert index.status().parts <= MOST_SEGMENTS
    assert store.ask("basilisk").total == 3 * SMALL


def damage(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "empty":
        content.clear()
    elif how == "half":
        del content[len(content) // 2 :]
    elif how == "flipped":
        for place in range(0, len(content), 97):
            content[place] ^= 0x55
    elif how == "noise":
        content[:] = random.Random(3).randbytes(len(content) + 5)
    elif how == "longer":
        content += b"\0" * 100
    if how == "gone":
        path.unlink()
    elif how == "folder":
        path.unlink()
        path.mkdir()
    elif how == "fifo":
        path.unlink()
        os.mkfifo(path)
    else:
        path.write_bytes(content)


HOWS = ["empty", "half", "flipped", "noise", "longer", "gone", "folder", "fifo"]
WHICH = [".toc", ".trm", ".pst", ".lex", "facts.col", "key.col", "seals", ".state", "lock"]


@pytest.mark.parametrize(("which", "how"), [(one, how) for at, one in enumerate(WHICH) for how in part(HOWS, 3, at)])
def test_a_damaged_index_answers_as_a_fresh_one(indexed: Store, tmp_path: Path, which: str, how: str) -> None:
    """Three of the damages for each file, which share them in turn; the soak tries all with all."""
    (path,) = (path for path in indexed.index.iterdir() if path.name.endswith(which))
    damage(path, how)
    assert plain(answers(indexed)) == plain(expected(indexed, tmp_path))
    indexed.write("b-1", "parser")
    assert plain(answers(indexed)) == plain(expected(indexed, tmp_path))


@pytest.mark.parametrize("how", ["gone", "open"])
@pytest.mark.parametrize("which", ["identity.col", "key.col", ".pst"])
def test_a_file_that_is_lost_before_a_change_is_indexed_costs_no_answer(
    filled: Store, tmp_path: Path, which: str, how: str
) -> None:
    filled.ask("parser")
    (path,) = (path for path in filled.index.iterdir() if path.name.endswith(which))
    if how == "open":
        path.chmod(0o666)
    else:
        damage(path, how)
    filled.write("b-1", "parser")
    assert plain(answers(filled)) == plain(expected(filled, tmp_path))
    assert all(not path.stat().st_mode & 0o022 for path in filled.index.iterdir())


def test_every_byte_of_the_index_may_change(filled: Store) -> None:
    before = plain([filled.ask(query, limit=0) for query in QUERIES[:4]])
    chance = random.Random(11)
    for kind in sorted({kind_of(path) for path in written(filled)}) * 3:
        path = min(path for path in written(filled) if kind_of(path) == kind)
        content = bytearray(path.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        assert plain([filled.ask(query, limit=0) for query in QUERIES[:4]]) == before, kind


def test_damage_that_shows_only_while_a_change_is_indexed_is_mended(filled: Store, tmp_path: Path) -> None:
    filled.ask("parser")
    for kind in sorted({kind_of(path) for path in written(filled)}):
        for path in written(filled):
            if kind_of(path) == kind:
                path.write_bytes(path.read_bytes()[:-1] + b"?")
        filled.write("a-01", f"parser {kind}")
        assert plain(answers(filled)) == plain(expected(filled, tmp_path)), kind


def test_damage_that_shows_only_in_the_middle_of_a_search_is_mended(filled: Store) -> None:
    before = plain(answers(filled))
    index = opened(filled.project())
    index.refresh()
    assert WordFinder(index).find("parser", "word") is not None
    for path in filled.index.iterdir():
        if path.suffix in {".pst", ".trm"}:
            with path.open("r+b") as file:  # the reader has the file open already
                file.write(b"\0" * path.stat().st_size)
    with pytest.raises(DamagedError):
        index.check()
    index.recover()
    index.check()
    found = WordFinder(index).find("parser", "word")
    assert found is not None
    assert len(found.scores) == filled.ask("parser").total
    assert plain(answers(filled)) == before


@pytest.mark.parametrize("in_memory", [True, False])
def test_postings_that_do_not_fit_into_memory_are_sorted_by_way_of_temporary_files(
    tmp_path: Path, *, in_memory: bool
) -> None:
    storage = ChecksummedStorage(None if in_memory else IndexFolder(str(tmp_path), "search"))
    pool = PostingPool(storage.temp_storage(), None, limitmb=0)  # a run of one posting each
    postings = [("body", word.encode(), number, 1.0, b"") for number, word in enumerate(WORDS)]
    for posting in postings:
        pool.add(posting)
    assert list(pool.items()) == sorted(postings)


def test_an_index_of_another_version_and_of_the_old_kind_is_removed_in_silence(filled: Store) -> None:
    before = plain(answers(filled))
    old = [filled.index / name for name in ("manifest", "part-0123456789abcdef", "_tickets1l_3.toc", "tickets1l_x.trm")]
    old += [filled.index.parent / f"duplicates.sqlite{end}" for end in ("", "-wal", "-shm")]
    for path in old:
        path.write_bytes(b"old")
    filled.write("b-1", "basilisk")
    shown = filled.tk("search", "basilisk")
    assert (shown.stdout.split()[0], shown.stderr) == ("b-1", "")
    assert not [path for path in old if path.exists()]
    (filled.tickets / "b-1.md").unlink()
    assert plain(answers(filled)) == before


def test_the_seals_cannot_name_a_file_elsewhere(filled: Store, tmp_path: Path) -> None:
    before = plain(answers(filled))
    seals = filled.index / "seals"
    (terms,) = filled.index.glob("*.trm")
    (tmp_path / "elsewhere").write_bytes(terms.read_bytes())
    for name in (str(tmp_path / "elsewhere"), "../search/" + terms.name, ".hidden"):
        content = unsealed(seals.read_bytes()).replace(terms.name.encode(), name.encode())
        seals.write_bytes(sealed(content))
        assert plain(answers(filled)) == before
        (terms,) = filled.index.glob("*.trm")


def seal_again(folder: Path) -> None:
    """Put the seals that fit the files as they are now."""
    rows = json.loads(unsealed((folder / "seals").read_bytes()))
    for name in rows:
        if (folder / name).exists():
            state = (folder / name).stat()
            stamp = state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino
            rows[name] = stamp, blake2b((folder / name).read_bytes(), digest_size=16).hexdigest()
    (folder / "seals").write_bytes(sealed(json.dumps(rows).encode()))


class Planted:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return (os.mkdir, (str(self.mark),))


def test_a_planted_pickle_is_never_run(filled: Store, tmp_path: Path) -> None:
    before = plain(answers(filled))
    mark = tmp_path / "ran"
    planted = pickle.dumps(Planted(mark))
    with pytest.raises(FileNotFoundError):
        pickle.loads(pickle.dumps(Planted(tmp_path / "no" / "such")))  # noqa: S301 - so it would run
    for ending in (".toc", ".trm", ".pst", "facts.col", "_stored.col", "seals", ".state"):
        (path,) = (path for path in filled.index.iterdir() if path.name.endswith(ending))
        content = path.read_bytes()
        starts = [found.start() for found in re.finditer(rb"\x80[\x02-\x05]", content)][:3]  # of pickles that are there
        cuts = [content[:start] + planted for start in (0, 20, *starts)]
        for bad in (*cuts, content[:99] + planted + content, content + planted):
            path.write_bytes(bad)
            glanced(filled)
            path = next(path for path in filled.index.iterdir() if path.name.endswith(ending))
            path.write_bytes(bad)
            if ending != "seals":
                seal_again(filled.index)  # whoever plants an index can seal it, and then decides what is found
            glanced(filled)
            assert not mark.exists()
            opened(filled.project()).rebuild()
            path = next(path for path in filled.index.iterdir() if path.name.endswith(ending))
        assert plain(answers(filled)) == before
    assert not mark.exists()


@pytest.mark.parametrize("kind", ["link", "others", "file", "parent link"])
def test_a_folder_that_others_can_reach_is_not_used(filled: Store, tmp_path: Path, kind: str) -> None:
    before = plain(answers(filled))
    elsewhere = tmp_path / "elsewhere"
    if kind == "link":
        shutil.move(filled.index, elsewhere)
        filled.index.symlink_to(elsewhere)
    elif kind == "parent link":
        shutil.move(filled.index.parent, elsewhere)
        filled.index.parent.symlink_to(elsewhere)
    elif kind == "file":
        shutil.rmtree(filled.index)
        filled.index.write_text("x")
    else:
        filled.index.chmod(0o777)
    with pytest.raises(FolderError):
        IndexFolder(str(filled.folder / ".git"), "plaintickets", "search")
    kept = sorted(os.listdir(elsewhere)) if elsewhere.exists() else []
    filled.write("b-1", "parser")
    filled.ask("parser")
    assert kept == (sorted(os.listdir(elsewhere)) if elsewhere.exists() else [])
    (filled.tickets / "b-1.md").unlink()
    assert plain(answers(filled)) == before


def test_a_linked_or_foreign_file_is_not_read(filled: Store, tmp_path: Path) -> None:
    before = plain(answers(filled))
    seals = filled.index / "seals"
    shutil.move(seals, tmp_path / "seals")
    seals.symlink_to(tmp_path / "seals")
    with pytest.raises(OSError, match="symbolic"):
        IndexFolder(str(filled.folder / ".git"), "plaintickets", "search").open("seals")
    assert plain(answers(filled)) == before
    (filled.index / "seals").chmod(0o666)
    with pytest.raises(FolderError, match="written by others"):
        IndexFolder(str(filled.folder / ".git"), "plaintickets", "search").open("seals")
    assert plain(answers(filled)) == before


@contextmanager
def locked(store: Store) -> Iterator[None]:
    descriptor = os.open(store.index / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def test_while_another_process_indexes_the_answer_is_complete(filled: Store, tmp_path: Path) -> None:
    filled.ask("parser")
    filled.write("b-1", "parser basilisk")
    filled.write("a-03", "now a basilisk")
    (filled.tickets / "a-04.md").unlink()
    with locked(filled):
        kept = sorted(os.listdir(filled.index))
        assert plain(answers(filled)) == plain(expected(filled, tmp_path))
        assert sorted(filled.found("basilisk")) == ["a-03", "b-1"]
        assert sorted(os.listdir(filled.index)) == kept
    assert plain(answers(filled)) == plain(expected(filled, tmp_path))


def test_without_a_place_for_an_index_the_answer_is_the_same(filled: Store) -> None:
    before = plain(answers(filled))
    source = TicketSource(filled.project(), quiet)
    index = Index(source, None)
    index.refresh()
    found = WordFinder(index).find("parser", "word")
    kept = opened(filled.project())
    kept.refresh()
    same = WordFinder(kept).find("parser", "word")
    assert found is not None
    assert same is not None
    assert sorted(found.scores.values()) == sorted(same.scores.values())
    assert plain(answers(filled)) == before


def test_where_gits_folder_cannot_be_used_the_cache_of_the_user_is(filled: Store) -> None:
    before = plain(answers(filled))
    shutil.rmtree(filled.index.parent)
    filled.index.parent.write_text("in the way")
    assert plain(answers(filled)) == before
    (place,) = (filled.home / ".cache" / "plaintickets").iterdir()
    assert place.stat().st_mode & 0o777 == 0o700
    assert {"lock", "seals", "tickets.state"} < {path.name for path in place.iterdir()}


def test_outside_git_the_index_lies_in_the_cache_and_nowhere_else(filled: Store) -> None:
    before = plain(answers(filled))
    shutil.rmtree(filled.folder / ".git")
    assert plain(answers(filled)) == before
    assert len(list((filled.home / ".cache" / "plaintickets").iterdir())) == 1
    assert sorted(os.listdir(filled.folder)) == [".tickets"]
    shutil.rmtree(filled.home / ".cache")
    filled.home.rmdir()
    filled.home.write_text("no home")
    assert plain(answers(filled)) == before


def test_a_full_disk_costs_the_index_and_not_the_answer(filled: Store) -> None:
    """The limit on the size of files makes every write beyond it fail, as a full disk would."""
    before = filled.tk("search", "parser OR leak", "--json").stdout
    shutil.rmtree(filled.index)
    for limit in (0, 100, 3000):

        def small_disk(limit: int = limit) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        done = filled.tk("search", "parser OR leak", "--json", first=small_disk)
        assert done.stdout == before
        assert not list(filled.index.glob("*.tmp"))
    assert filled.tk("search", "parser OR leak", "--json").stdout == before


def test_processes_that_search_and_write_at_once_all_answer(filled: Store) -> None:
    command = [quick(str(Path(sys.executable).with_name("tk"))), "search", "parser", "--count"]
    running = []
    for number in range(12):
        filled.write(f"b-{number}", "a parser")
        process = subprocess.Popen(command, cwd=filled.folder, env=filled.environ, stdout=-1, stderr=-1, text=True)
        running.append(process)
    counts = []
    for process in running:
        out, err = process.communicate()
        assert (process.returncode, err) == (0, "")
        counts.append(int(out))
    least = filled.ask("parser").total - 12
    assert all(least + number < count <= least + 12 for number, count in enumerate(counts))


def test_a_killed_indexer_leaves_an_index_that_can_be_used(filled: Store, tmp_path: Path) -> None:
    command = [*COMMAND, "index", "--rebuild"]
    right = plain(expected(filled, tmp_path))
    for delay in (0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        process = subprocess.Popen(command, cwd=filled.folder, env=filled.environ, stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        assert plain(answers(filled)) == right
    filled.write("b-1", "x")
    filled.ask("parser")
    assert not list(filled.index.glob("*.tmp"))


def test_the_state_of_the_index_is_shown(filled: Store) -> None:
    shown = filled.tk("index").stdout
    assert "15 to be indexed" in shown
    shown = filled.tk("index", "--rebuild").stdout
    assert str(filled.index) in shown
    assert "tickets  15, up to date" in shown
    assert '"pending": 0' in filled.tk("index", "--json").stdout


def test_whoosh_is_imported_without_what_it_never_calls_and_nothing_is_left_standing_in() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import sys; import plaintickets.search.index; "
                "print('urllib.request' in sys.modules); import urllib.request; print(urllib.request.urlopen.__name__)"
            ),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["False", "urlopen"]
