"""Errors raised by rules/.

* RulesError
    - InputError        a file that cannot be read as JSON or YAML: name, line, column
    - FactsError        facts that do not hold together: JSON pointer, what was expected
    - PackError         a pack, overlay or note that may not be used: file, place in it
    - NoPackInForce     a year for which no rules are loaded

Messages say it in Chinese first, in English after " / ". None of these ever means "zero hours".
"""


class RulesError(Exception):
    """The rules cannot decide. Never means "zero hours"."""


class InputError(RulesError):
    """A file that is not readable JSON or YAML."""

    def __init__(self, name: str, line: int, column: int, message: str) -> None:
        """Lines and columns count from 1; 0 where the format does not say."""
        super().__init__(f"{name}:{line}:{column}: {message}")
        self.name, self.line, self.column, self.message = name, line, column, message


class FactsError(RulesError):
    """Facts that cannot be judged as given."""

    def __init__(self, pointer: str, expected: str, message: str) -> None:
        """`pointer` is a JSON pointer (RFC 6901) into the facts; "" is the whole document."""
        super().__init__(f"{pointer or '(whole)'}: {message}")
        self.pointer, self.expected, self.message = pointer, expected, message

    def to_json(self) -> dict[str, str]:
        return {"pointer": self.pointer, "expected": self.expected, "message": self.message}


class PackError(RulesError):
    """A rule pack, overlay or interpretation note that may not be loaded."""

    def __init__(self, name: str, place: str, message: str) -> None:
        """`place` is a JSON pointer into the document called `name`."""
        super().__init__(f"{name}#{place}: {message}")
        self.name, self.place, self.message = name, place, message


class NoPackInForce(RulesError):
    """No loaded pack covers the year: it cannot be decided, which is not the same as zero hours."""

    def __init__(self, year: int) -> None:
        super().__init__(f"{year} 年没有可用的规则集 / no rule pack is loaded for {year}")
        self.year = year
