#!/usr/bin/env python3
"""A second reader of bundles, written from docs/bundle-format.md with Python's standard library only.
`verify FILE…` prints each bundle's id, or what is wrong with it; `cat FILE ID` prints the document of that id."""
import hashlib, json, re, struct, sys, zlib

DEVICES = {"con", "prn", "aux", "nul"} | {f"{device}{n}" for device in ("com", "lpt") for n in range(1, 10)}
SEGMENT = re.compile(rb"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")


def need(condition, what):
    if not condition:
        raise ValueError(what)


def mark(text):
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = (h ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return h >> 32 ^ h & 0xFFFFFFFF


class Bundle:
    def __init__(self, path, members=100_000, total=10 << 30, most=2 << 30):
        self.file = open(path, "rb")
        self.size = self.file.seek(0, 2)
        self.members, self.names = {}, {}
        count, length, start = self.end()
        need(count <= members, f"{count} members")
        need(length <= max(1 << 20, count * 512), "a directory too large for its members")
        directory, place, entries = self.at(start, length), 0, []
        for _ in range(count):
            (sig, made, version, flags, method, time, date, crc, packed, size, names, extras, comments, disk,
             internal, external, offset) = struct.unpack_from("<IHHHHHHIIIHHHHHII", directory, place)
            need(sig == 0x02014B50 and len(directory) - place >= 46 + names + extras, "no entry in the directory")
            place += 46 + names + extras
            name, extra = directory[place - extras - names:place - extras], directory[place - extras:place]
            wide = [size == 0xFFFFFFFF, packed == 0xFFFFFFFF, offset == 0xFFFFFFFF]
            values = self.zip64(extra, sum(wide))
            size, packed, offset = (values.pop(0) if w else v for w, v in zip(wide, (size, packed, offset)))
            self.allow(name)
            need(made >> 8 in (0, 3) and disk == comments == internal & ~1 == 0, "not within the profile")
            need(external >> 28 in (0, 8) and external & 0o7000 << 16 == external & 0xFFD8 == 0, "no plain file")
            need(flags & ~(0x800 | (6 if method == 8 else 0)) == 0, "flags out of the profile")
            need(method == 8 or method == 0 and size == packed, "another method, or two sizes")
            need(size <= most and size <= packed * 1032, "a member too large")
            total -= size
            need(total >= 0, "members too large in all")
            same = [flags, method, time, date, crc]
            entries.append((offset, name.decode(), method, crc, packed, size, any(wide[:2]), same))
        need(place == len(directory), "bytes after the directory")
        here = 0
        for offset, name, method, crc, packed, size, wide, same in sorted(entries):
            need(offset == here, f"{name} overlaps, or there is a gap before it")
            head = self.at(offset, 30 + len(name) + (20 if wide else 0))
            sig, _, *fields = struct.unpack("<IHHHHHIIIHH", head[:30])
            sizes = [0xFFFFFFFF, 0xFFFFFFFF, len(name), 20] if wide else [packed, size, len(name), 0]
            need(sig == 0x04034B50 and fields == same + sizes, f"{name}: another local header")
            need(head[30:30 + len(name)] == name.encode(), f"{name}: another name in its local header")
            need(not wide or self.zip64(head[30 + len(name):], 2) == [size, packed], f"{name}: another ZIP64 field")
            self.members[name] = (offset + len(head), method, crc, packed, size)
            here = offset + len(head) + packed
        need(here == start, "a gap before the directory")

    def at(self, place, count):
        need(0 <= place and place + count <= self.size, "a place beyond the file")
        self.file.seek(place)
        return self.file.read(count)

    def end(self):
        sig, disk, first, here, count, length, start, comment = struct.unpack("<IHHHHIIH", self.at(self.size - 22, 22))
        need(sig == 0x06054B50 and disk == first == comment == 0 and here == count, "no end record at the end")
        end = self.size - 22
        if count == 0xFFFF or 0xFFFFFFFF in (length, start):
            end -= 76
            sig, size, *_, here, count, length, start = struct.unpack("<IQHHIIQQQQ", self.at(end, 56))
            locator = struct.unpack("<IIQI", self.at(end + 56, 20))
            need((sig, size, here, *locator) == (0x06064B50, 44, count, 0x07064B50, 0, end, 1), "no ZIP64 end")
        need(start + length == end, "bytes around the directory")
        return count, length, start

    def zip64(self, extra, count):
        head = struct.pack("<HH", 1, 8 * count) if count else b""
        need(extra[:4] == head and len(extra) == len(head) + 8 * count, "another extra field than ZIP64's")
        return list(struct.unpack(f"<{count}Q", extra[4:]))

    def allow(self, name):
        need(len(name) <= 200 and all(SEGMENT.fullmatch(s) for s in name.split(b"/")), f"a name: {name[:99]!r}")
        text = name.decode().lower()
        need(not any(s.split(".")[0] in DEVICES for s in text.split("/")), f"a device: {text}")
        for folder in [text[:i] for i, c in enumerate(text) if c == "/"]:
            need(self.names.setdefault(folder, "folder") == "folder", f"a file as folder: {folder}")
        need(text not in self.names, f"a name twice: {text}")
        self.names[text] = "file"

    def read(self, name):
        need(name in self.members, f"there is no {name}")
        place, method, crc, packed, size = self.members[name]
        data = self.at(place, packed)
        if method == 8:
            stream = zlib.decompressobj(-15)
            try:
                data = stream.decompress(data, size + 1)
            except zlib.error as why:
                raise ValueError(f"{name}: {why}")
            data += stream.decompress(stream.unconsumed_tail, 1)
            need(len(data) == size and stream.eof and not stream.unused_data, f"{name}: another size")
        need(zlib.crc32(data) == crc, f"{name}: another CRC-32")
        return data

    def verify(self):
        package = self.read("datapackage.json")
        listed = {r["path"]: r for r in json.loads(package)["resources"]}
        there = {name for name in self.members if not name.startswith("signatures/")}
        need(set(listed) == there - {"datapackage.json"}, "the list of members is not that of the file")
        for name, resource in listed.items():
            data = self.read(name)
            digest = "sha256:" + hashlib.sha256(data).hexdigest()
            need((resource["bytes"], resource["hash"]) == (len(data), digest), f"{name}: another SHA-256")
        return "sha256:" + hashlib.sha256(package).hexdigest()

    def find(self, wanted):
        parts, wants = json.loads(self.read("index.json"))["parts"], f"{mark(wanted):08x}"
        for part, after in zip(parts, parts[1:] + [None]):
            if part["first"] <= wants and (after is None or wants <= after["first"]):
                entries, number, end = json.loads(self.read(part["member"])), 0, 0
                for place, (member, gap, length) in enumerate(zip(*(entries[k] for k in ("parts", "gaps", "lengths")))):
                    start = gap + (end if member == number else 0)
                    number, end = member, start + length + 1
                    if entries["ids"][place] == wanted:
                        line, hash = self.read(f"documents/part-{member:05}.jsonl")[start:][:length], entries["hashes"]
                        need(hashlib.sha256(line).hexdigest()[:16] == hash[16 * place:][:16], f"{wanted}: another hash")
                        return line


def main(command, *arguments, status=0):
    if command == "cat":
        line = Bundle(arguments[0]).find(arguments[1])
        return sys.stdout.buffer.write(line + b"\n") * 0 if line else 1
    for path in arguments:
        try:
            print(Bundle(path).verify())
        except (ValueError, KeyError, struct.error, zlib.error) as why:
            print(f"{path}: refused: {str(why)!r}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
