package dev.portcullis.broadcast;

/** Asks an edge node for all of its interest. */
record InterestAsked(int bits) {}
