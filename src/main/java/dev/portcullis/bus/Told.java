package dev.portcullis.bus;

/** A notice on its way. */
record Told(Object body) {}
