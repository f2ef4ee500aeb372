"""How good the answers are, on test sets that say what is right: suites in, measures with intervals out.

    read.py        a BEIR folder or SQuAD JSON to a Suite (beir.py, squad.py; lines.py names every fault by file and line)
    judge.py       an answer and what the suite says to an Outcome: rank, refusal, and where a miss was lost
    measures.py    outcomes to measures with 95% intervals
    outcomes.py    the log: one outcome a line
    compare.py     two logs, question by question
    report.py      all of it as a table or as JSON

Works through ``NewsIndex`` alone, as anybody could; it changes nothing that people are answered from.
"""
