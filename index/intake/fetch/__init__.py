"""The one safe way out to the web. In: an address. Out: bytes that were fetched from a public host within limits, or the reason why not.

``client`` asks; ``addresses`` says which addresses may be asked; ``connect`` keeps the connection to the address that was checked, and to the
time limit; ``unpack`` decompresses within bounds; ``robots`` knows what each site forbids; ``turns`` lets one in at a time. Nothing here
reads what it fetched, keeps a cookie, sends a credential, takes a proxy from the environment, or logs an address.
"""

from index.ports.web import ContentKind, Fetched, Fetcher

__all__ = ["ContentKind", "Fetched", "Fetcher"]
