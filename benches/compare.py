#!/usr/bin/env python3
"""Measures the whole command beside its yardsticks, all in one run on one machine.

usage: benches/compare.py [--rows N] [--runs N] [--peers] [-- AUDIT OPTIONS]

Writes a made-up log of N rows (default 1,000,000) to a temporary folder, then runs in turn `wc -l`, a bare loop of the `csv`
crate, and `kefu-audit audit` with one and with two threads; with --peers also polars and duckdb (from pip) looking for 30
regular expressions in the text column. Prints for each the median wall seconds, the ratio to the bare loop, rows per second
and the largest peak memory. Machines differ and are noisy: compare the ratios of one run.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORDS = ["发票", "税点", "包邮", "运费", "信用卡", "分期", "货到付款", "微信", "转账", "支付宝", "好评", "返现", "七天", "退货",
         "不退", "地址", "电话", "关闭", "取消", "明天", "保证", "呵呵", "赶紧", "淘宝", "京东", "拼多多", "第一", "最低", "国家级",
         "投诉"]


def build():
    cargo = ["cargo", "build", "--release", "--quiet", "--bin", "kefu-audit", "--example", "generate_log", "--example", "bare_csv"]
    subprocess.run(cargo, cwd=HERE, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "target"))
    return os.path.join(target, "release")


def once(command):
    """Wall seconds and peak memory in MB of one run."""
    begun = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"failed with {child.returncode}: {' '.join(command)}")
    return seconds, usage.ru_maxrss / 1024


def peer(kind, path):
    regexes = [f"{a}.{{0,8}}{b}" for a, b in zip(WORDS, WORDS[1:] + WORDS[:1])]
    if kind == "polars":
        body = ("import polars as p\n"
                f"f=p.scan_csv({path!r})\n"
                f"print(f.select([p.col('content').str.contains(r).sum().alias(str(i)) for i,r in enumerate({regexes!r})]).collect())")
    else:
        body = ("import duckdb\nduckdb.sql('set threads=2')\n"
                f"c=','.join(f\"sum(regexp_matches(content,'{{r}}')::int)\" for r in {regexes!r})\n"
                f"print(duckdb.sql(\"select \"+c+\" from read_csv('\"+{path!r}+\"')\"))")
    return [sys.executable, "-c", body]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("options", nargs="*")
    args = parser.parse_args()
    release = build()
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log.csv")
        with open(log, "wb") as out:
            subprocess.run([os.path.join(release, "examples", "generate_log"), str(args.rows), "1"], stdout=out, check=True)
        audit = [os.path.join(release, "kefu-audit"), "audit", log, "--format", "json", "--fail-on", "never", "--quiet",
                 "--output", os.path.join(folder, "report.json"), *args.options]
        commands = {
            "wc -l": ["wc", "-l", log],
            "bare csv loop": [os.path.join(release, "examples", "bare_csv"), log],
            "audit, 2 threads": [*audit, "--threads", "2"],
            "audit, 1 thread": [*audit, "--threads", "1"],
        }
        if args.peers:
            commands.update({name: peer(name, log) for name in ("polars", "duckdb")})
        times = {name: [] for name in commands}
        for _ in range(args.runs):
            for name, command in commands.items():
                times[name].append(once(command))
        bare = statistics.median(t for t, _ in times["bare csv loop"])
        size = os.path.getsize(log) / 1e6
        print(f"{args.rows:,} rows, {size:.0f} MB, {args.runs} runs, {os.cpu_count()} cores\n")
        print("| what | seconds (median) | times the bare loop | rows/s | peak memory MB |")
        print("|---|---|---|---|---|")
        for name, runs in times.items():
            seconds = statistics.median(t for t, _ in runs)
            memory = max(m for _, m in runs)
            print(f"| {name} | {seconds:.2f} | {seconds / bare:.1f} | {args.rows / seconds:,.0f} | {memory:.0f} |")


main()
