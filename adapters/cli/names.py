"""The self-check at start: whether the five packages that Python finds are those of this firstline.

`config` or `bot` are names that another distribution in the same environment might also bring. firstline is an
application with an environment of its own; where it is not alone, it says so instead of failing strangely. Imports
nothing of the other packages, since those may be the foreign ones.
"""

from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("config", "kb", "escalation", "bot", "adapters")


def find_foreign_packages(*, thorough: bool = False) -> list[str]:
    """The packages of these names that are not firstline's own, with where they come from.

    Args:
        thorough: Also looks for other distributions that wrote into the same folders; takes a tenth of a second.
    """
    home = Path(__file__).resolve().parents[2]
    owners = packages_distributions() if thorough else {}
    foreign = []
    for name in PACKAGES:
        spec = find_spec(name)
        place = Path(spec.origin).resolve().parents[1] if spec and spec.origin else None
        others = sorted(set(owners.get(name, ())) - {"firstline"})
        if place != home or others:
            foreign.append(f"{name} ({', '.join(others) or place or 'missing'})")
    return foreign
