#!/usr/bin/env python3
"""Turn the language model of py3langid 0.4.0 into the flat file that toolkit maps into memory.

    convert-language-model.py WHEEL OUTPUT [--classes TABLE]... [--words TABLE]...

WHEEL is py3langid-0.4.0-py3-none-any.whl (BSD-3). The same input gives the same bytes. Needs Python 3.9, no packages.
Tables are text with tabs between the fields; lines that begin with # are comments.

`--classes` adds classes that the wheel lacks, from counts: lines `class CODE SCRIPT BACKGROUND BONUS` and, below each,
`NGRAM COUNT`: the bytes of a feature of the model in hexadecimal and how often it was counted; n-grams that are no
feature are an error. Counted texts are short, so the probability of an n-gram is BACKGROUND times its mean probability
in the classes of `BACKGROUND` below and 1 - BACKGROUND times its share of the counts. BONUS is added to its logarithm:
so mixed, no text fits a class as well as its own text fits the wheel's.

`--words` adds what words tell of close relatives: first a line `languages CODE...`, then `WORD NUMBER...`: for each language
how much the word speaks for it, in fiftieths.

The model (Lui and Baldwin 2011, "Cross-domain Feature Selection for Language Identification") is multinomial naive
Bayes over byte n-grams. At each byte of a text the longest n-gram that ends there counts; an Aho-Corasick automaton
finds it. A class's score is its prior plus, for each n-gram seen n times, log(1 + n) times the n-gram's
log-probability, which is smoothed by adding one to each count.

The file, all numbers little-endian, sections one behind the other, each padded with zeros to a multiple of 64 bytes:

    header     "TKLANGID", u32 version (2), classes, blocks of classes (k), features, slots (s), rows of weights (r),
               bytes of the class list, units in 1.0 of a weight (20); u64 checksum; u32 column of the mixture, bytes of
               the list of groups, words (w); padding
    classes    for each class a line in UTF-8: BCP 47 code, script (ISO 15924), column; separated by spaces
    priors     f32[16 k], for each column the prior of its class
    floors     f32[16 k], for each column the log-probability of an n-gram that its class never had
    typical    f32[16 k], for each column how much higher the log-probability of an n-gram is in its class than in the
               mixture, on average over text of the class
    groups     for each group of relatives a line: the codes of at most 8 languages, separated by spaces
    words      w times (u64 key, i8[8] numbers of the group's languages): a hash table, w a power of two, in which the
               word with key h is at h mod w or in the next place that is not taken by another; empty places have key 0
    pairs      u64[65536], steps by the last two bytes, at 256 * first + second
    slots      u64[s], steps that depend on more than the last two bytes
    weights    u8[16 r], rows of 16 columns

A step is what the automaton does with one byte. From the lowest bit on: 8 bits byte, 20 bits base, 20 bits row,
16 bits blocks. The step for a byte b is the first of these whose byte is b:

    slot a + b, a being the base of the step before (0 at the start): n-grams of four bytes and more
    slot c + b, c being the base of the pair of the two bytes before b: n-grams of three bytes
    the pair of the byte before b and b

No n-gram is longer than 8 bytes, so that the 8 bytes before a place tell all of what the step there depends on.
Before the first byte of a text lies the byte 0. No two states with different steps have one base, so the byte tells
whose slot it is; empty slots have byte 255, which UTF-8 does not have, and lead to base 0 without a row. If row is not
0xFFFFF, an n-gram ends here, and row is both its number and where its weights are: one row for each bit that is set in
blocks, in order; bit i stands for columns 16 i to 16 i + 15. A weight in units of 1/20 is how much the n-gram's
log-probability lies above the class's floor. Rounding it to a byte changes the answer for 3 sentences in 10,000 and 22
in 10,000 texts of 20 characters, for the worse as often as for the better, and makes it half as large, and quicker.
Classes of a script share blocks, so that those of a text's script can be added up alone. The last block has a weight
for every n-gram; in it are the added classes and the mixture, whose probabilities are the mean of those of all classes
of the wheel.

The key of a word is FNV-1a over its group's number and its Unicode scalars, each as one number of 64 bits.

The checksum is that of `checksum` below over the whole file, with 0 in its own place.
"""

import argparse
import ast
import hashlib
import io
import lzma
import math
import struct
import sys
import zipfile
from array import array

MEMBER = "py3langid/data/model.npz.xz"
# Classes of many families in Latin letters: what an n-gram's probability is in a language of which little is known.
BACKGROUND = """af az bs ca cs cy da de en es et eu fi fr ga gl hr hu id is it jv lt lv mt nl nn no pl pt ro sk sl sq sv sw
tl tr uz vi xh zu so om lg ln ig ha rw sn st wo yo ht""".split()
LANES = 16
LONGEST = 8  # bytes of an n-gram
UNITS = 20
NO_ROW = 0xFFFFF
FIELD = 1 << 20  # values of a step's 20-bit fields
NO_BYTE = 0xFF
# Where a state's own steps are none: here all slots are empty.
NO_STEPS = 0

# The wheel's classes by script and family, so that those with many n-grams in common share rows; behind an empty line a
# new block begins. Where two columns have one name, the second is meant by "name'". Behind "=" the BCP 47 code, where
# it is another.
CLASSES = """
Latn en pcm de lb nl af fy da no=nb nn sv is fo
Latn fr oc wa ca es gl pt an ext it vec lij ro la gcf gcr ht br cy ga gd
Latn cs sk pl sl hr bs sr'=sr-Latn lt lv ltg fi et hu se tr az uz tk crh ku sq mt eu eo vo
Latn id ms jv ace tl=fil bcl mg sw rw lg ln sn xh zu st nso kik=ki om so ha ig yo guw fuv kab qu gug=gn vi
Zyyy zxx

Cyrl ru uk be bg mk sr kk ky tt ba tg mn uz'=uz-Cyrl

Arab ar ary arz fa ps ur ug uzs sdh
Hebr he hbo
Grek el grc
Armn hy
Geor ka

Deva hi mr ne sa gom=kok
Beng bn as
Gujr gu
Guru pa
Orya or
Taml ta
Telu te
Knda kn
Mlym ml
Sinh si

Thai th
Laoo lo
Khmr km
Mymr my
Ethi am
Tibt dz
Hani zh yue wuu
Jpan ja
Hang ko
"""


def npy(archive, name):
    """The shape and the bytes of one array of an npz archive."""
    data = archive.read(name + ".npy")
    if data[:7] != b"\x93NUMPY\x01":
        sys.exit(f"{name} in {MEMBER} is no array of the known format")
    start = 10 + struct.unpack_from("<H", data, 8)[0]
    head = ast.literal_eval(data[10:start].decode("ascii"))
    if head["fortran_order"]:
        sys.exit(f"{name} in {MEMBER} is in the wrong order")
    return head["shape"], head["descr"], data[start:]


def numbers(archive, name, descr, code):
    _, found, data = npy(archive, name)
    if found != descr:
        sys.exit(f"{name} in {MEMBER} has numbers of type {found}, not {descr}")
    values = array(code)
    if values.itemsize != int(descr[-1]):
        sys.exit("this machine's Python has numbers of other sizes")
    values.frombytes(data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def strings(archive, name):
    (count,), descr, data = npy(archive, name)
    width = 4 * int(descr[2:])
    return [data[i * width:(i + 1) * width].decode("utf-32-le").rstrip("\0") for i in range(count)]


class Model:
    """The wheel's model: classes in its own order, and its automaton."""

    def __init__(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            packed = archive.read(MEMBER)
        with zipfile.ZipFile(io.BytesIO(lzma.decompress(packed))) as archive:
            self.names = strings(archive, "classes")
            self.priors = numbers(archive, "pc", "<f4", "f")
            self.values = numbers(archive, "ptc", "<f2", "H")
            self.moves = numbers(archive, "nextmove", "<u4", "I")
            self.row_of = numbers(archive, "nextmove_row", "<u2", "H")
            self.output = numbers(archive, "out_feat", "<i4", "i")
        self.features = len(self.values) // len(self.names)
        self._walk()

    def _walk(self):
        """Finds each state's n-gram and depth, and what no shorter context than the state's own tells of its moves.

        States are visited by depth, so the first state with a row is the shallowest: what is first reached from
        there are its children in the tree of n-grams, and the other states with that row have none.
        """
        states = len(self.row_of)
        depth = bytearray([255]) * states
        depth[0] = 0
        ngram = {0: b""}
        self.ngram_of = {}
        first_depth = {}  # by row
        level, level_depth = [0], 0
        while level:
            following = []
            for state in level:
                if self.output[state] >= 0:
                    self.ngram_of.setdefault(self.output[state], ngram[state])
                row = self.row_of[state]
                if row in first_depth:
                    continue
                first_depth[row] = level_depth
                for byte, target in enumerate(self.moves[row << 8:(row + 1) << 8]):
                    if depth[target] == 255:
                        depth[target] = level_depth + 1
                        ngram[target] = ngram[state] + bytes([byte])
                        following.append(target)
            level, level_depth = following, level_depth + 1
        if len(ngram) != states or len(self.ngram_of) != self.features:
            sys.exit(f"the automaton in {MEMBER} is not connected")
        if level_depth > LONGEST:
            sys.exit(f"{MEMBER} has n-grams of more than {LONGEST} bytes")
        # What leads to shallower states follows from the last two or three bytes alone.
        self.deep = {
            row: [(byte, target) for byte, target in enumerate(self.moves[row << 8:(row + 1) << 8])
                  if depth[target] >= (3 if first <= 2 else 4)]
            for row, first in first_depth.items()
        }

    def state_after(self, text):
        state = 0
        for byte in text:
            state = self.moves[(self.row_of[state] << 8) + byte]
        return state


def fields_of(path):
    """The lines of a table with their numbers."""
    with open(path, encoding="utf-8") as table:
        for number, line in enumerate(table, 1):
            if not line.startswith("#"):
                yield number, line.rstrip("\n").split("\t")


def added_classes(path, model):
    """The classes of a table of counts: (code, script, share of the background, bonus, counts by feature)."""
    feature_of = {ngram: feature for feature, ngram in model.ngram_of.items()}
    classes = []
    for number, fields in fields_of(path):
        if fields[0] == "class":
            classes.append((fields[1], fields[2], float(fields[3]), float(fields[4]), {}))
            continue
        feature = feature_of.get(bytes.fromhex(fields[0]))
        if feature is None or not classes or int(fields[1]) < 1:
            sys.exit(f"{path}:{number}: no count of a feature of the model")
        classes[-1][4][feature] = int(fields[1])
    return classes


def words(paths):
    """The groups' languages, and the hash table of all words."""
    mask = (1 << 64) - 1
    groups, numbers_of = [], {}
    for path in paths:
        lines = fields_of(path)
        # "languages" may be a word of the list as well.
        groups.append(next(lines)[1][1:])
        for number, fields in lines:
            key = 0xCBF29CE484222325
            for value in [len(groups) - 1, *map(ord, fields[0])]:
                key = (key ^ value) * 0x100000001B3 & mask
            if key in numbers_of or key == 0 or len(fields) != 1 + len(groups[-1]):
                sys.exit(f"{path}:{number}: is there twice, or has not a number for each language")
            numbers_of[key] = [int(field) for field in fields[1:]]
    size = 1
    while size < 2 * len(numbers_of) + 1:
        size *= 2
    table = [b"\0" * 16] * size
    for key in sorted(numbers_of):
        place = key % size
        while table[place] != b"\0" * 16:
            place = (place + 1) % size
        table[place] = struct.pack("<Q8b", key, *(numbers_of[key] + [0] * 8)[:8])
    return "".join(" ".join(group) + "\n" for group in groups).encode(), size, b"".join(table)


class Columns:
    """All classes with their columns, and the weights of 16 columns at a time."""

    def __init__(self, model, added):
        self.features = model.features
        self.names = []  # of classes: code, script, column
        self.priors, self.floors, self.typical, self.dense = [], [], [], []
        self.counts = [0] * model.features
        self.masks = [0] * model.features
        self.column_of = {}  # by place in the wheel
        places = {}
        for place, name in enumerate(model.names):
            places[name + "'" if name in places else name] = place
        values = {bits: struct.unpack("<e", struct.pack("<H", bits))[0] for bits in set(model.values)}

        for group in CLASSES.strip().split("\n\n"):
            self._begin_block()
            for line in group.split("\n"):
                script, *words = line.split()
                for word in words:
                    name, _, code = word.partition("=")
                    place = places.pop(name)
                    bits = model.values[place::len(model.names)]
                    floor = max(bits)  # negative half-precision numbers grow in size with their bits
                    weight = {b: round(UNITS * (values[b] - values[floor])) for b in set(bits)}
                    self.column_of[place] = column = self._next_column()
                    self._add(column, code or name, script, model.priors[place], values[floor],
                              [(f, weight[b]) for f, b in enumerate(bits) if b != floor])
        if places:
            sys.exit(f"the classes in {MEMBER} are not the expected ones: {places}")
        self._mix(model, values)
        self._begin_block()
        self.mixture_column = len(self.priors) - LANES
        self._add_dense(self.mixture_column, [math.log(p) for p in self.mixture], 0)
        if len(added) >= LANES:
            sys.exit("there are more added classes than a block holds")
        prior = sum(model.priors) / len(model.priors)
        for column, (code, script, share, bonus, counts) in enumerate(added, self.mixture_column + 1):
            total = sum(counts.values())
            probabilities = [share * p for p in self.background]
            for feature, count in counts.items():
                probabilities[feature] += (1 - share) * count / total
            self.names.append((code, script, column))
            self.priors[column] = prior
            self.typical[column] = math.fsum(
                p * (math.log(p) - math.log(m)) for p, m in zip(probabilities, self.mixture))
            self._add_dense(column, [math.log(p) for p in probabilities], bonus)

    def _mix(self, model, values):
        """The mean probabilities of all classes and of the background, and how far classes are from the mixture."""
        count = len(model.names)
        probability = {bits: math.exp(value) for bits, value in values.items()}
        mixture, background = [0.0] * model.features, [0.0] * model.features
        for place, name in enumerate(model.names):
            column = [probability[bits] for bits in model.values[place::count]]
            mixture = [a + p for a, p in zip(mixture, column)]
            if name in BACKGROUND:
                background = [a + p for a, p in zip(background, column)]
        self.mixture = [p / count for p in mixture]
        total = math.fsum(background)
        self.background = [p / total for p in background]
        logs = [math.log(p) for p in self.mixture]
        for place, column in self.column_of.items():
            bits = model.values[place::count]
            self.typical[column] = math.fsum(probability[b] * (values[b] - log) for b, log in zip(bits, logs))

    def _add_dense(self, column, logs, bonus):
        """A column with a weight for each feature."""
        highest = max(logs)
        floor = max(min(logs), highest - 255 / UNITS)
        self.floors[column] = floor + bonus
        block, lane = divmod(column, LANES)
        for feature, log in enumerate(logs):
            self.dense[block][LANES * feature + lane] = max(0, round(UNITS * (log - floor)))
            self.masks[feature] |= 1 << block

    def _begin_block(self):
        if len(self.dense) == 16:
            sys.exit("there are more classes than 16 blocks hold")
        self.dense.append(bytearray(LANES * self.features))
        self.priors += [0.0] * LANES
        self.floors += [0.0] * LANES
        self.typical += [0.0] * LANES

    def _next_column(self):
        """The column behind the last one, unless a new block was begun."""
        last = self.names[-1][2] + 1 if self.names else 0
        if last == len(self.priors):
            self._begin_block()
        return max(last, len(self.priors) - LANES)

    def _add(self, column, code, script, prior, floor, weights):
        self.names.append((code, script, column))
        self.priors[column], self.floors[column] = prior, floor
        block, lane = divmod(column, LANES)
        cells, bit = self.dense[block], 1 << block
        for feature, weight in weights:
            if weight > 255:
                sys.exit(f"a count of class {code} is too large")
            cells[LANES * feature + lane] = weight
            self.masks[feature] |= bit
            self.counts[feature] += 1

    def rows(self):
        """The rows of all features one behind the other, and where those of each begin.

        Those of n-grams that most classes have come first: they are needed most, and so lie together.
        """
        rows, start_of = bytearray(), [0] * len(self.counts)
        for feature in sorted(range(len(self.counts)), key=lambda f: -self.counts[f]):
            start_of[feature] = len(rows) // LANES
            for block, cells in enumerate(self.dense):
                if self.masks[feature] >> block & 1:
                    rows += cells[LANES * feature:LANES * (feature + 1)]
        return rows, start_of


def place(deep):
    """A base for each row of moves, so that no two of their slots and no two bases are one; and how many slots.

    First fit, the longest rows first: within a window of the table all places are tried at once, as bits of a long
    number. A window that has no place for several rows of a size is given up for rows of that size.
    """
    width = 1 << 14
    taken = {0: (1 << 256) - 1}  # window number: bits of slots in use; the first 256 stay empty
    bases = {0: 1}
    base_of = {}
    first = 0
    refusals = {}
    last_size = None
    window_mask = (1 << width) - 1
    for row in sorted(deep, key=lambda r: -len(deep[r])):
        entries = [byte for byte, _ in deep[row]]
        if not entries:
            base_of[row] = NO_STEPS
            continue
        if len(entries) != last_size:
            last_size, first = len(entries), 0
            refusals = {}
        window = first
        while True:
            used = taken.get(window, 0) | taken.get(window + 1, 0) << width
            refused = bases.get(window, 0)
            for byte in entries:
                refused |= used >> byte
            free = ~refused & window_mask
            if free:
                break
            refusals[window] = refusals.get(window, 0) + 1
            window += 1
            while refusals.get(first, 0) >= 8:
                first += 1
        place = (free & -free).bit_length() - 1
        bases[window] = bases.get(window, 0) | 1 << place
        base_of[row] = window * width + place
        for byte in entries:
            slot = base_of[row] + byte
            taken[slot // width] = taken.get(slot // width, 0) | 1 << slot % width
    return base_of, max(base_of.values()) + 256


def checksum(data):
    """Four lanes of FNV-1a over 64-bit words, each with a rotation; then the same over the four results."""
    prime, mask = 0x100000001B3, (1 << 64) - 1

    def mixed(state, words):
        for word in words:
            state ^= word
            state = ((state << 29 | state >> 35) & mask) * prime & mask
        return state

    words = struct.unpack(f"<{len(data) // 8}Q", data)
    basis = 0xCBF29CE484222325
    return mixed(basis, [mixed(basis + lane, words[lane::4]) for lane in range(4)])


def little(values):
    if sys.byteorder == "big":
        values = array(values.typecode, values)
        values.byteswap()
    return values.tobytes()


def padded(data):
    return data + bytes(-len(data) % 64)


def convert(wheel, tables, word_tables):
    model = Model(wheel)
    columns = Columns(model, [c for table in tables for c in added_classes(table, model)])
    weights, start_of = columns.rows()
    base_of, slot_count = place(model.deep)
    if slot_count >= FIELD or len(weights) // LANES >= NO_ROW:
        sys.exit("the model is too large for the file's format")

    def step(byte, state):
        feature = model.output[state]
        row, mask = (start_of[feature], columns.masks[feature]) if feature >= 0 else (NO_ROW, 0)
        return byte | base_of[model.row_of[state]] << 8 | row << 28 | mask << 48

    slots = array("Q", [NO_BYTE | NO_ROW << 28]) * slot_count
    for row, entries in model.deep.items():
        for byte, target in entries:
            slots[base_of[row] + byte] = step(byte, target)
    pairs = array("Q", bytes(8 * 65536))
    for first in range(256):
        row = model.row_of[model.state_after([first])]
        for second in range(256):
            pairs[first << 8 | second] = step(second, model.moves[(row << 8) + second])
    if base_of[model.row_of[0]] != NO_STEPS or model.row_of[model.state_after([0])] != model.row_of[0]:
        sys.exit(f"the automaton in {MEMBER} has n-grams that begin with a zero byte")

    names = "".join(f"{code} {script} {column}\n" for code, script, column in columns.names).encode()
    groups, word_slots, word_table = words(word_tables)
    header = b"TKLANGID" + struct.pack(
        "<8I", 2, len(columns.names), len(columns.dense), model.features, slot_count, len(weights) // LANES,
        len(names), UNITS)
    parts = [names] + [struct.pack(f"<{len(v)}f", *v) for v in (columns.priors, columns.floors, columns.typical)]
    parts += [groups, word_table]
    parts += [little(pairs), little(slots), bytes(weights)]
    body = b"".join(map(padded, parts))
    last = struct.pack("<3I", columns.mixture_column, len(groups), word_slots)
    digest = checksum(padded(header + bytes(8) + last) + body)
    return padded(header + struct.pack("<Q", digest) + last) + body


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel")
    parser.add_argument("output")
    parser.add_argument("--classes", metavar="TABLE", action="append", default=[])
    parser.add_argument("--words", metavar="TABLE", action="append", default=[])
    arguments = parser.parse_args()
    data = convert(arguments.wheel, arguments.classes, arguments.words)
    with open(arguments.output, "wb") as file:
        file.write(data)
    print(f"{hashlib.sha256(data).hexdigest()}  {arguments.output}")


if __name__ == "__main__":
    main()
