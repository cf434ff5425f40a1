"""``loadstone serve``: a site on this machine, until Ctrl-C."""

import zlib
from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  loadstone serve                     the page with its samples
  loadstone serve site/ --open        a site that loadstone build wrote
  loadstone serve site/ --isolated    with SharedArrayBuffer (COOP, COEP)"""
)
@click.argument("site", type=click.Path(path_type=Path), required=False)
@click.option("--port", type=click.IntRange(0, 65535), help="The port to try first; by default one for each site.")
@click.option("--isolated", is_flag=True, help="Isolate the page across origins, for what needs SharedArrayBuffer.")
@click.option("--open", "show", is_flag=True, help="Open the address in the browser.")
def command(site: Path | None, port: int | None, isolated: bool, show: bool) -> None:
    """Serve a site to the browsers of this machine.

    It prints the address of SITE, without SITE that of the page itself as it was installed. Ctrl-C ends it.
    """
    from loadstone_build.server import PREFERRED_PORT, make_server
    from loadstone_build.stock import stock_site

    folder = stock_site() if site is None else checked_site(site)
    if port is None:
        port = PREFERRED_PORT if site is None and not isolated else own_port(folder, isolated=isolated)
    server, address = make_server(folder, port=port, isolated=isolated)
    if port not in (0, server.server_port):
        click.echo(f"port {port} is taken", err=True)
    click.echo(f"{address} (Ctrl-C ends)")
    if show:
        click.launch(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        # the shell's ^C stands on this line
        click.echo()
    finally:
        server.server_close()


def own_port(site: Path, *, isolated: bool) -> int:
    """Return the port of a site, the same each time.

    Sites work offline: at a port that they share, a browser that knows one would show it in the place of the other.
    """
    from loadstone_build.server import PREFERRED_PORT

    return PREFERRED_PORT + 1 + zlib.crc32(f"{site.resolve()} {isolated}".encode()) % 999


def checked_site(site: Path) -> Path:
    """Return the folder; raise BuildError where it holds no site."""
    from loadstone_build.errors import BuildError

    if site.is_file():
        raise BuildError(f"{site}: it is a file, and needs no server; open it in a browser, or name a folder")
    if not site.is_dir():
        raise BuildError(f"{site}: there is no such folder; write it with loadstone build IMAGES -o {site}")
    if not (site / "index.html").is_file():
        raise BuildError(f"{site}: there is no index.html in it, so it is no site; name another folder")
    return site
