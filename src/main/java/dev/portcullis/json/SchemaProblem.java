package dev.portcullis.json;

/**
 * Why a schema can't be judged by.
 *
 * @param pointer the place in the schema
 */
public record SchemaProblem(String pointer, String what, String fix) {}
