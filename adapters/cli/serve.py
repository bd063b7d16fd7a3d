"""`firstline serve`: opens a desk to customers and agents."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.cli.options import DataOption, DeskArgument, PortOption
from adapters.cli.output import put, tell

if TYPE_CHECKING:
    from adapters.cli.wiring import Parts


def serve(desk: DeskArgument = Path(), port: PortOption = None, data: DataOption = None) -> None:
    """Open a desk to customers and agents; Ctrl+C ends it and loses nothing.

    [bold]firstline serve my-desk[/]
    [bold]firstline serve my-desk --port 8080 --data /var/lib/firstline[/]
    """
    from adapters.desk_folder import find_root

    serve_desk(find_root(desk), port=port, data=data, welcome=_welcome)


def serve_desk(
    root: Path, *, port: int | None, data: Path | None, welcome: Callable[["Parts"], Awaitable[None]]
) -> None:
    """Builds and runs a server until a signal ends it.

    Args:
        root: The desk folder.
        port: Where to listen; the desk says so if None.
        data: Where database, files and caches are; in the desk folder if None.
        welcome: Awaited once when traffic is accepted, before the line that says so.

    Raises:
        StartRefusedError: With every reason at once.
    """
    import asyncio
    import faulthandler
    import os
    import sys

    from adapters.cli.running import ready_line, run_parts
    from adapters.cli.wiring import build_parts
    from adapters.logs import configure_logs
    from adapters.testhooks import arm_crash_point

    arm_crash_point(os.environ)
    parts = build_parts(root, data=data, port=port, environment=os.environ)
    configure_logs(as_json=not sys.stderr.isatty(), secrets=parts.services.secrets.values())

    async def ready() -> None:
        await welcome(parts)
        put(ready_line(parts, os.getpid()))
        sys.stdout.flush()

    faulthandler.enable()
    asyncio.run(run_parts(parts, ready))
    tell("Stopped. What was accepted is stored and goes on with the next start.")


async def _welcome(parts: "Parts") -> None:
    tell_what_runs(parts)
    tell("Ready. Ctrl+C ends it and loses nothing.")


def tell_what_runs(parts: "Parts") -> None:
    """The lines for the person who started it."""
    from config.findings import count_by_severity
    from config.rules import Severity

    desk = parts.loaded.desk
    counts = count_by_severity(parts.loaded.findings)
    web = parts.services.public_url
    articles, flows = len(desk.articles), len(desk.flows)
    tell(f"{desk.name}: {articles} articles, {flows} flows, {' '.join(desk.languages)}")
    if warnings := counts[Severity.WARNING]:
        tell(f"{warnings} warnings: firstline check {parts.root}")
    for surface in parts.surfaces:
        tell(surface.status)
    tell(f"web chat  {web}/chat   on a page  {web}/demo   console  {web}/console")
