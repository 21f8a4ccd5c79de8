#!/usr/bin/env python3
"""Memory against plain FTS5 in the same run: 100,000 records, then questions of two words.

    Benchmarks/memory.py path/to/store-bench [RECORDS]

The baseline is what a few lines of Python make of SQLite: a table, an FTS5 table over it, no checks, no quotas, no
provenance. Ratios tell what memory's rules cost.

On a shared machine with two cores (load 3 to 6), 100,000 records of 20 to 40 words, the same 3016 hits in both:

    put, batches of 256     10,549 a second, plain  43,579   (0.24)
    search of two words     p50 666 us,      plain 344 us    (0.52)
                            p99 2.2 ms,      plain 1.3 ms    (0.58)
    with filters            p50 628 us
    one by one, flushed     44 a second: each waits for the disk
"""
import json, os, random, sqlite3, subprocess, sys, tempfile, time


def corpus(records):
    """Texts of about 30 words whose frequencies fall as in language (Zipf), and questions of two of the less common."""
    chance = random.Random(7)
    words = ["".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(chance.randint(3, 9))) for _ in range(20_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    texts = [" ".join(chance.choices(words, weights, k=chance.randint(20, 40))) for _ in range(records)]
    questions = [f"{chance.choice(words[20:500])} {chance.choice(words[20:2000])}" for _ in range(300)]
    return texts, questions


def plain(folder, texts, questions):
    base = sqlite3.connect(os.path.join(folder, "plain.sqlite"), isolation_level=None)
    base.executescript("""
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE records (number INTEGER PRIMARY KEY, key TEXT UNIQUE, text TEXT);
        CREATE VIRTUAL TABLE search USING fts5(text, content = 'records', content_rowid = 'number');""")
    begin = time.perf_counter()
    for start in range(0, len(texts), 256):
        base.execute("BEGIN")
        for offset, text in enumerate(texts[start:start + 256]):
            number = start + offset + 1
            base.execute("INSERT INTO records VALUES (?, ?, ?)", (number, f"task_{number}", text))
            base.execute("INSERT INTO search (rowid, text) VALUES (?, ?)", (number, text))
        base.execute("COMMIT")
    puts = len(texts) / (time.perf_counter() - begin)
    times, hits = [], 0
    for question in questions:
        expression = " ".join(f'"{word}"' for word in question.split())
        begin = time.perf_counter()
        hits += len(base.execute(
            "SELECT records.key, snippet(search, 0, '[', ']', '…', 24), rank FROM search JOIN records ON number = search.rowid "
            "WHERE search MATCH ? ORDER BY rank LIMIT 20", (expression,)).fetchall())
        times.append((time.perf_counter() - begin) * 1e6)
    times.sort()
    return {"putPerSecond": puts, "searchP50us": times[len(times) // 2], "searchP99us": times[len(times) * 99 // 100], "hits": hits}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    records = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    texts, questions = corpus(records)
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name, lines in (("texts", texts), ("questions", questions)):
            files[name] = os.path.join(folder, name)
            with open(files[name], "w") as out:
                out.write("\n".join(lines))
        base = plain(folder, texts, questions)
        ours = json.loads(subprocess.check_output(
            [sys.argv[1], "memory", os.path.join(folder, "state"), files["texts"], files["questions"]]))
    if ours["hits"] != base["hits"]:
        sys.exit(f"the two found different things: {ours['hits']} and {base['hits']} hits")
    print(f"{records} records, {len(questions)} questions, {ours['hits']} hits in both")
    for name, better in (("putPerSecond", max), ("searchP50us", min), ("searchP99us", min)):
        ratio = ours[name] / base[name] if better is max else base[name] / ours[name]
        print(f"{name:20} memory {ours[name]:10.0f}   plain {base[name]:10.0f}   {ratio:.2f} times as good")
    print(f"one by one, flushed: {ours['flushedPutPerSecond']:.0f} per second; filtered search p50 {ours['filteredP50us']:.0f} us")


if __name__ == "__main__":
    main()
