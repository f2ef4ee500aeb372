"""What the core needs from outside itself, as protocols. Adapters implement them; only ``index.build`` picks adapters.

Each says its shapes, its order, its errors, and what threads may do with it.

``models`` · ``grammar`` · ``search``: the indexes · ``articles``, ``groups``, ``feeds``: the database · ``web`` · ``clock`` · ``locks``.
"""
