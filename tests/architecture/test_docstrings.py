"""Every room says what it is, and every test what it protects."""

from __future__ import annotations

import ast

from tests.architecture.sources import PROGRAM, ROOT, files, tree


def test_every_module_says_which_room_it_is() -> None:
    """Each module of the program, the benchmarks the papers and the tests begins with a sentence about itself."""
    seen = files(*PROGRAM, "benchmarks", "docs", "tests")
    assert len(seen) >= 150
    dumb = [str(file.relative_to(ROOT)) for file in seen if not (ast.get_docstring(tree(file)) or "").strip()]
    assert dumb == []
    told = {file: ast.get_docstring(tree(file)) or "" for file in files(*PROGRAM)}
    assert [
        str(file) for file, text in told.items() if len(text) < 20 or not text.partition("\n\n")[0].rstrip().endswith((".", ":", "?"))
    ] == []


def test_every_test_says_what_it_protects() -> None:
    """Each test function has one sentence saying the behaviour it protects, and no two tests of a file have the same one."""
    seen = 0
    for file in files("tests"):
        sentences = []
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                sentence = (ast.get_docstring(node) or "").partition("\n\n")[0].strip()
                assert sentence.endswith((".", "…")), f"{file.relative_to(ROOT)}: {node.name}"
                sentences.append(sentence)
        assert len(sentences) == len(set(sentences)), file
        assert not file.name.startswith("test_") or sentences, f"{file} holds no test"
        seen += len(sentences)
    assert seen >= 250
