"""``python -m index``: the coverage commands alone."""

from index.cli import start

if __name__ == "__main__":
    start()
