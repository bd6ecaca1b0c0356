"""python -m tollcheck fixtures FOLDER | random [--seed N] [--count N] -- COMMAND… | stub"""

import argparse
import sys


def main():
    parser = argparse.ArgumentParser(prog="tollcheck", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    of_fixtures = commands.add_parser("fixtures", help="check all fixtures in a folder")
    of_fixtures.add_argument("folder")
    of_random = commands.add_parser("random", help="compare a stub on random requests")
    of_random.add_argument("--seed", type=int)
    of_random.add_argument("--count", type=int, default=100_000)
    of_random.add_argument("--op", action="append", help="these operations alone")
    of_random.add_argument("stub", nargs="+", metavar="COMMAND")
    commands.add_parser("stub", help="answer requests on standard input")
    arguments = parser.parse_args()
    if arguments.command == "fixtures":
        from .fixtures import run
        sys.exit(run(arguments.folder))
    if arguments.command == "random":
        from .randomly import run
        sys.exit(run(arguments.stub, arguments.seed, arguments.count, arguments.op))
    from .stub import serve
    serve()


main()
