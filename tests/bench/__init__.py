"""Benchmarks: the page and its peer take turns in one browser; medians and ratios are printed, nothing is asserted."""
