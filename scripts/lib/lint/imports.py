"""Each target imports what its row of Package.swift names, and nothing else.

The compiler does not see to this: all modules of a build lie in one folder, so an import that no
row names fails or succeeds by what happened to be built first.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass

from .repository import Fault, Repository, line_at
from .swift_source import SwiftSource

# The bottom of the house builds for a phone, a browser and a small gateway: the standard library
# only.
CORE = {"DeterministicCBOR", "PayWord", "PeerProtocol"}
STANDARD_LIBRARY = {"Swift", "Synchronization"}
PLATFORM = STANDARD_LIBRARY | {
    "Android", "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl",
    "Observation", "RegexBuilder", "os",
}  # fmt: skip
TESTING = {"Testing", "XCTest"}

# Modules of one floor, which do not know one another.
STRANGERS = [
    {"TollBroker", "TollMerchant", "TollWallet"},
    {"TollSQLite", "TollPostgres"},
    {"toll", "toll-merchant", "toll-wallet"},
]

IMPORT = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)\n]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)",
    re.MULTILINE,
)
PRINTING = re.compile(r"(?<![\w.])(?<!func )(?:print|debugPrint|dump)\s*\(")

MAP = "Sources/README.md"
MAP_ROW = re.compile(r"\|\s*\[`([\w-]+)`\]\([^)]*\)\s*\|(.*)\|([^|]*)\|\s*$")


@dataclass(frozen=True)
class Target:
    name: str
    kind: str
    folder: str
    dependencies: list[str]

    @property
    def is_for_tests(self) -> bool:
        return self.folder.startswith("Tests/")


def check(repository: Repository) -> tuple[list[Fault], str]:
    try:
        targets = read_targets(repository)
    except (OSError, subprocess.CalledProcessError) as error:
        return [Fault("Package.swift", 1, f"cannot be read: {error}")], ""
    files = 0
    faults = check_package(repository.read("Package.swift"), targets)
    faults += check_map(repository, targets)
    for target in targets:
        for path in repository.under(target.folder, ".swift"):
            files += 1
            faults += check_source(path, SwiftSource(repository.read(path)), target)
    return faults, f"{files} files of {len(targets)} targets"


def read_targets(repository: Repository) -> list[Target]:
    done = subprocess.run(
        ["swift", "package", "--ignore-lock", "dump-package"],
        cwd=repository.root, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return [
        Target(
            target["name"],
            target["type"],
            target.get("path") or default_folder(target),
            [dependency_name(dependency) for dependency in target["dependencies"]],
        )
        for target in json.loads(done.stdout)["targets"]
    ]


def default_folder(target: dict) -> str:
    return f"{'Tests' if target['type'] == 'test' else 'Sources'}/{target['name']}"


def dependency_name(dependency: dict) -> str:
    """The name in `{"byName": [name, …]}`; likewise for "target" and "product"."""
    (content,) = dependency.values()
    return content[0]


def check_package(text: str, targets: list[Target]) -> list[Fault]:
    """A row names only rows above it, and no stranger."""
    faults = []
    start = text.find("\n    targets: [")
    above: set[str] = set()
    everyone = {target.name for target in targets}
    for target in targets:
        line = line_at(text, max(text.find(f'"{target.name}"', start), 0))
        for name in target.dependencies:
            if name in everyone - above:
                message = f"{target.name} names {name}, which is not above it"
                faults.append(Fault("Package.swift", line, message))
            if any({target.name, name} <= strangers for strangers in STRANGERS):
                message = f"{target.name} and {name} must not know one another"
                faults.append(Fault("Package.swift", line, message))
        above.add(target.name)
    return faults


def check_map(repository: Repository, targets: list[Target]) -> list[Fault]:
    """The map of the house has a row for each module, with what its row of Package.swift names."""
    if MAP not in repository.paths:
        return [Fault(MAP, 1, "is missing: it holds a row for each module")]
    faults = []
    expected = {target.name: target for target in targets if not target.is_for_tests}
    for number, line in enumerate(repository.read(MAP).splitlines(), start=1):
        row = MAP_ROW.match(line)
        if not row:
            continue
        target = expected.pop(row.group(1), None)
        if target is None:
            faults.append(Fault(MAP, number, f"{row.group(1)}: no such target, or a second row"))
            continue
        shown = set(re.findall(r"`([\w-]+)`", row.group(3)))
        declared = set(target.dependencies)
        if shown != declared:
            differences = [f"lacks {name}" for name in sorted(declared - shown)]
            differences += [f"has {name} too much" for name in sorted(shown - declared)]
            message = f"{target.name}: differs from Package.swift: {', '.join(differences)}"
            faults.append(Fault(MAP, number, message))
    faults += [Fault(MAP, 1, f"{name} has no row") for name in expected]
    return faults


def check_source(path: str, source: SwiftSource, target: Target) -> list[Fault]:
    faults = []
    allowed = {target.name, *target.dependencies}
    allowed |= STANDARD_LIBRARY if target.name in CORE else PLATFORM
    if target.is_for_tests:
        allowed |= TESTING
    # A target's module has no hyphen in its name.
    allowed = {name.replace("-", "_") for name in allowed}
    for found in IMPORT.finditer(source.code):
        module = found.group(1)
        if module in allowed:
            continue
        line = line_at(source.code, found.start(1))
        if target.name in CORE and module in PLATFORM:
            message = f"{target.name} must build everywhere, so it cannot import {module}"
        else:
            message = f"{target.name} imports {module}, which Package.swift does not name for it"
        faults.append(Fault(path, line, message))
    if target.kind == "regular" and not target.is_for_tests:
        for found in PRINTING.finditer(source.code):
            message = "a library does not print: return it, log it, or print it in toll"
            faults.append(Fault(path, line_at(source.code, found.start()), message))
    return faults
