#!/usr/bin/env python3
"""Verify Lanyard's audit log with nothing of Lanyard's own.

    verify_audit.py [--head SEQUENCE:HASH] FILE...

Files are given in the order of the chain, the one that is written to last. The head is the last one that
the journal or the ledger has: only against it does it show that records were cut from the end, or that the
log was written anew. Says where the log is broken first and ends with 1, or says that it is whole.
"""

import argparse
import hashlib
import json
import sys


def read(line):
    """The record in a line; none when its hash is not that of its bytes."""
    hashed, _, rest = line.rpartition(b',"hash":"')
    if rest != hashlib.sha256(hashed).hexdigest().encode() + b'"}\n':
        return None
    return json.loads(line)


def describe(torn):
    """What a record says about bytes before it that are no record."""
    return {"bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest()}


NOTHING = describe(b"")


def verify(files, head):
    """What is wrong with the log first; nothing when it is whole."""
    first, number, last = None, 0, "0" * 64  # the first record, and the last that follows
    torn, place = bytearray(), None  # what does not follow, and where it begins
    heads, removed = {f"0:{last}"}, []
    for file in files:
        for line_number, line in enumerate(open(file, "rb"), 1):
            record = read(line) or {"seq": None}
            beginning = first is None and not torn and record["seq"]
            follows = beginning or (record["seq"], record.get("prev")) == (number + 1, last)
            # Bytes that do not follow are only what a crash left, if the next record says so.
            if follows and record.get("torn", NOTHING) == describe(torn):
                first, torn = first or record, bytearray()
                number, last = record["seq"], record["hash"]
                removed.append(record.get("removed"))
                if head == f"{number}:{last}":
                    heads.add(head)
            else:
                place = place if torn else f"{file}:{line_number}: record {number + 1}"
                torn += line
    if first and first["seq"] > 1:
        if {"seq": first["seq"] - 1, "hash": first["prev"]} not in removed:
            return f"{files[0]}:1: record 1: the beginning is missing"
    if torn:
        return f"{place}: not what was written here"
    if head and head not in heads:
        return f"after record {number}: cut or written anew, since {head} is not in the log"
    return None


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Verify an audit log.")
    arguments.add_argument("--head", metavar="SEQUENCE:HASH")
    arguments.add_argument("files", nargs="+", metavar="FILE")
    given = arguments.parse_args()
    broken = verify(given.files, given.head)
    print(broken or "the log is whole")
    sys.exit(1 if broken else 0)
