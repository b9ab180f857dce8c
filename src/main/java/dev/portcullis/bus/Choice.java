package dev.portcullis.bus;

/** Where a question goes, and as what. */
record Choice(Place place, Breaker.Pass pass) {}
