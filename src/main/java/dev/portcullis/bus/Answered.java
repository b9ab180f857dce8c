package dev.portcullis.bus;

/** An answer on its way back. */
record Answered(Object body) {}
