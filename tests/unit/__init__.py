"""Tests of one room at a time, without a disk where it can be."""
