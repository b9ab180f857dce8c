package dev.portcullis.protocol;

/** One way in which a frame misses its schema: a JSON Pointer and the schema keyword that failed. */
public record Detail(String path, String rule) {}
